package cotangent.tornado;

import cotangent.tornado.device.Device;
import cotangent.tornado.vm.VirtualMachine;

/** The device that tests run on: the first that TornadoVM lists, tried out once. */
final class UnderTest {
    static final Device DEVICE = new VirtualMachine().devices().getFirst();
    static final SelfTest.Report REPORT = SelfTest.of(DEVICE, new DeviceMemory(DEVICE));

    private UnderTest() {}

    static Against against() {
        return new Against(DEVICE, REPORT.dialect());
    }
}
