package cotangent.linalg.infinite;

/**
 * How weights enter the finite networks whose limit is taken: which multiplier stands before them, what they are drawn from, and so
 * how fast gradient descent moves them. Widths n go to infinity together.
 *
 * <p>At initialisation all of them compute the same function, up to the scale of the output; they differ in the tangent kernel and
 * in whether it moves in training.
 */
public enum Parameterization {
    /**
     * {@code y = sqrt(w/n) W x + sqrt(b) β}, all entries of W and β from N(0, 1) (A. Jacot, F. Gabriel and C. Hongler, Neural Tangent
     * Kernel, NeurIPS 2018, section 3). The outputs are a Gaussian process with the NNGP kernel; the tangent kernel has a limit, which
     * gradient descent with a learning rate of order 1 leaves where it is.
     */
    NTK,
    /**
     * {@code y = W x / sqrt(s) + β}, entries of W from N(0, w/N) and of β from N(0, b), for layers of n = s·N units: N is the width of
     * the network as it is trained, and s goes to infinity (J. Sohl-Dickstein, R. Novak, S. S. Schoenholz and J. Lee, On the infinite
     * width limit of neural networks with a standard parameterization, arXiv 2001.07301, 2020, section 3). At s = 1 this is the usual
     * network. The NNGP kernel is that of {@link #NTK}; in the tangent kernel each layer's weights count with its number of inputs N
     * in place of w, and its biases, where it has any, with 1 in place of b. Layers that feed a dense layer need a width.
     */
    STANDARD,
    /**
     * {@link #NTK} with an output that is smaller by sqrt(n), n the width of the last hidden layer, and a learning rate that is larger
     * by n: the mean-field scaling of one hidden layer (S. Mei, A. Montanari and P.-M. Nguyen, PNAS 115, 2018), and of more hidden
     * layers the maximal update parameterisation, muP (G. Yang and E. J. Hu, Feature learning in infinite-width neural networks, ICML
     * 2021, section 5), whose multipliers and initial variances say the same with a learning rate of order 1.
     *
     * <p>In this limit the outputs are zero at initialisation, and features are learned: the tangent kernel is that of training's first
     * step only. What is given: as NNGP the limit of n times the covariance of the outputs, as tangent kernel the limit of n times
     * J·Jᵀ with the parameters of {@link #NTK}, which is J·Jᵀ with muP's. Both are the values of {@link #NTK}. The output must be a
     * dense layer.
     */
    MEAN_FIELD
}
