namespace Pipeline.Inference.Cuda;

/// <summary>An argument of a kernel: as many of the first bytes of <see cref="Bits"/> as its type has.</summary>
internal readonly record struct CudaArgument(long Bits)
{
    public static implicit operator CudaArgument(IntPtr address) => new(address);

    public static implicit operator CudaArgument(int number) => new((uint)number);

    public static implicit operator CudaArgument(float number) => new(BitConverter.SingleToUInt32Bits(number));
}
