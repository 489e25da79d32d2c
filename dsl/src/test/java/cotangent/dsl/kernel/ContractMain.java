package cotangent.dsl.kernel;

/** Runs the contracts in a process of its own and prints what it computed with, and the digests of all results. */
final class ContractMain {
    private ContractMain() {}

    public static void main(String[] arguments) {
        WarmUp.skip();
        System.out.println((Simd.AVAILABLE ? "vector" : "scalar") + " " + Simd.BITS);
        if (Simd.AVAILABLE && LiteralContract.check() == 0) {
            throw new AssertionError("no shape had a class of its own");
        }
        System.out.println(DoubleGemmContract.checkSizes(DoubleGemmContract.FEW_SIZES)
                + " " + DoubleGemmContract.checkBlocks());
        System.out.println(FloatGemmContract.checkSizes(FloatGemmContract.FEW_SIZES)
                + " " + FloatGemmContract.checkBlocks());
        System.out.println(TriangularAndVectorContract.checkTrsm() + " " + TriangularAndVectorContract.checkSyrk());
        System.out.println(TriangularAndVectorContract.checkCopies() + " " + TriangularAndVectorContract.checkDots());
        System.out.println(SymmetricAndPoleContract.checkSymv() + " " + SymmetricAndPoleContract.checkPoles());
    }
}
