using System.Runtime.InteropServices;

namespace Pipeline.Inference.Tests.Cuda;

/// <summary>Memory on Linux with a page behind it that nobody may touch: who reads or writes beyond its end ends the test program.</summary>
internal sealed unsafe partial class GuardedMemory : IDisposable
{
    private const int ReadAndWrite = 3;
    private const int PrivateAnonymous = 0x22;

    // What lies on a GPU begins at a multiple of it; so up to 15 bytes are between the end and the page.
    private const int Alignment = 16;

    private readonly byte* _pages;
    private readonly nint _length;

    /// <param name="bytes">How much.</param>
    public GuardedMemory(long bytes)
    {
        var page = Environment.SystemPageSize;
        _length = (nint)(RoundUp(bytes, page) + page);
        _pages = Map(null, _length, ReadAndWrite, PrivateAnonymous, -1, 0);
        Assert.True((nint)_pages != -1 && Protect(_pages + _length - page, page, 0) == 0, "There is no memory.");
        Start = _pages + _length - page - RoundUp(bytes, Alignment);
    }

    public byte* Start { get; }

    public void Dispose() => _ = Unmap(_pages, _length);

    private static long RoundUp(long bytes, int to) => (bytes + to - 1) / to * to;

    [LibraryImport("libc", EntryPoint = "mmap")]
    private static partial byte* Map(byte* address, nint length, int protection, int flags, int file, nint offset);

    [LibraryImport("libc", EntryPoint = "mprotect")]
    private static partial int Protect(byte* address, nint length, int protection);

    [LibraryImport("libc", EntryPoint = "munmap")]
    private static partial int Unmap(byte* address, nint length);
}
