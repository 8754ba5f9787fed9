using System.Security.Cryptography;
using Pipeline.Inference.Cuda;
using Pipeline.Testing;

namespace Pipeline.Inference.Tests.Cuda;

/// <summary>What a GPU runs is what the source says, though it is made by hand: build-kernels.sh.</summary>
public sealed class KernelsTests
{
    [Fact]
    public void The_kernels_in_the_assembly_were_made_from_their_source()
    {
        byte[] source =
        [
            .. ((string[])["device.h", "kernels.cu"]).SelectMany(file => File.ReadAllBytes(Path.Combine(Checkout.Root, "src", "Inference", "Cuda", file))),
        ];

        Assert.Equal($"// device.h and kernels.cu: sha256 {Convert.ToHexStringLower(SHA256.HashData(source))}", Lines()[^1]);
    }

    [Theory]
    [InlineData("step_attention")]
    [InlineData("store_prompts")]
    [InlineData("prompt_attention_64")]
    [InlineData("prompt_attention_96")]
    [InlineData("prompt_attention_128")]
    [InlineData("choose_best")]
    [InlineData("bias_gelu")]
    public void A_kernel_is_there_by_its_name(string name) => Assert.Single(Lines(), line => line.StartsWith($".visible .entry {name}(", StringComparison.Ordinal));

    private static string[] Lines()
    {
        using var stream = typeof(CudaKernel).Assembly.GetManifestResourceStream(CudaKernel.Resource)!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd().TrimEnd().Split('\n');
    }
}
