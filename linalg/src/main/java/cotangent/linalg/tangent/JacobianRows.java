package cotangent.linalg.tangent;

import cotangent.dsl.DType;
import cotangent.dsl.ir.Cost;
import cotangent.linalg.tangent.Numbers.Matrix;

/** The rows of a Jacobian, in blocks that are made one after the other and forgotten; their order is any. */
sealed interface JacobianRows permits FactorRows, OperatorRows {
    DType dtype();

    /** Number of rows of all blocks. */
    int rows();

    /** Number of columns. Parameters that no output depends on may be left out. */
    int columns();

    /** Number of blocks. */
    int blocks();

    /** Rows of a block: [count, columns]. */
    Block block(int number);

    /** Rows that are there until the next block is asked for. */
    record Block(int count, Matrix matrix) {}

    /** What all blocks take. */
    Cost cost();

    /** Bytes of one block, with what it is made of. */
    double bytes();

    /** Reverse passes for all blocks. */
    int passes();
}
