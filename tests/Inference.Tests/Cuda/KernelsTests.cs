using System.Security.Cryptography;
using Pipeline.Inference.Cuda;
using Pipeline.Testing;

namespace Pipeline.Inference.Tests.Cuda;

/// <summary>What a GPU runs is what the source says, though it is made by hand: build-kernels.sh.</summary>
public sealed class KernelsTests
{
    [Theory]
    [InlineData("kernels")]
    [InlineData("hopper")]
    public void The_kernels_in_the_assembly_were_made_from_their_source(string name)
    {
        var folder = Path.Combine(Checkout.Root, "src", "Inference", "Cuda");
        byte[] source =
        [
            .. Directory.GetFiles(folder, "*.h").Order(StringComparer.Ordinal).Append(Path.Combine(folder, $"{name}.cu")).SelectMany(File.ReadAllBytes),
        ];

        Assert.Equal($"// *.h and {name}.cu: sha256 {Convert.ToHexStringLower(SHA256.HashData(source))}", Lines(name)[^1]);
    }

    [Theory]
    [InlineData("text_attention_64")]
    [InlineData("text_attention_hopper")]
    [InlineData("prompt_attention_64")]
    [InlineData("prompt_attention_96")]
    [InlineData("prompt_attention_128")]
    [InlineData("prompt_attention_hopper")]
    [InlineData("step_attention")]
    [InlineData("step_attention_codes")]
    [InlineData("store_prompts")]
    [InlineData("store_prompt_codes")]
    [InlineData("choose_best")]
    [InlineData("draw")]
    [InlineData("bias_gelu")]
    public void A_kernel_is_there_by_its_name(string name) => Assert.Single(
        Lines(name.EndsWith(CudaKernel.HopperSuffix, StringComparison.Ordinal) ? "hopper" : "kernels"),
        line => line.StartsWith($".visible .entry {name}(", StringComparison.Ordinal));

    private static string[] Lines(string source)
    {
        using var stream = typeof(CudaKernel).Assembly.GetManifestResourceStream(CudaKernel.Resource(source))!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd().TrimEnd().Split('\n');
    }
}
