using System.Runtime.InteropServices;
using System.Text;

namespace Pipeline.Inference.Onnx.Custom;

/// <summary>
/// The functions of ONNX Runtime's C interface that operators of our own need and its managed interface does not offer. The interface is a table of
/// functions that only ever grows at its end, so a function's place is its name for good. Each returns null or a status, an error.
/// </summary>
internal static unsafe partial class OrtApi
{
    /// <summary>The oldest version that has all functions used here, and the layout of <see cref="NativeOperator"/>.</summary>
    public const uint Version = 17;

    private const int Fail = 1;

    private static readonly IntPtr* Table = Load();

    /// <summary>Makes an error for ONNX Runtime to report.</summary>
    public static IntPtr Error(string message)
    {
        fixed (byte* text = Encoding.UTF8.GetBytes($"{message}\0"))
        {
            return ((delegate* unmanaged[Cdecl]<int, byte*, IntPtr>)Table[0])(Fail, text);
        }
    }

    /// <summary>Throws what a status says.</summary>
    /// <exception cref="InvalidOperationException">It is an error.</exception>
    public static void Check(IntPtr status)
    {
        if (status != IntPtr.Zero)
        {
            var message = Marshal.PtrToStringUTF8(((delegate* unmanaged[Cdecl]<IntPtr, IntPtr>)Table[2])(status));
            ((delegate* unmanaged[Cdecl]<IntPtr, void>)Table[93])(status);
            throw new InvalidOperationException(message);
        }
    }

    public static IntPtr CreateDomain(string name)
    {
        fixed (byte* text = Encoding.UTF8.GetBytes($"{name}\0"))
        {
            IntPtr domain;
            Check(((delegate* unmanaged[Cdecl]<byte*, IntPtr*, IntPtr>)Table[26])(text, &domain));
            return domain;
        }
    }

    public static void AddOperator(IntPtr domain, NativeOperator* op) =>
        Check(((delegate* unmanaged[Cdecl]<IntPtr, NativeOperator*, IntPtr>)Table[27])(domain, op));

    public static void AddDomain(IntPtr sessionOptions, IntPtr domain) =>
        Check(((delegate* unmanaged[Cdecl]<IntPtr, IntPtr, IntPtr>)Table[28])(sessionOptions, domain));

    public static void* Data(IntPtr value)
    {
        void* data;
        Check(((delegate* unmanaged[Cdecl]<IntPtr, void**, IntPtr>)Table[51])(value, &data));
        return data;
    }

    public static long[] Shape(IntPtr value)
    {
        IntPtr info;
        Check(((delegate* unmanaged[Cdecl]<IntPtr, IntPtr*, IntPtr>)Table[65])(value, &info));
        try
        {
            nuint rank;
            Check(((delegate* unmanaged[Cdecl]<IntPtr, nuint*, IntPtr>)Table[61])(info, &rank));
            var shape = new long[rank];
            fixed (long* lengths = shape)
            {
                Check(((delegate* unmanaged[Cdecl]<IntPtr, long*, nuint, IntPtr>)Table[62])(info, lengths, rank));
            }

            return shape;
        }
        finally
        {
            ((delegate* unmanaged[Cdecl]<IntPtr, void>)Table[99])(info);
        }
    }

    public static long IntegerAttribute(IntPtr kernelInfo, string name)
    {
        fixed (byte* text = Encoding.UTF8.GetBytes($"{name}\0"))
        {
            long value;
            Check(((delegate* unmanaged[Cdecl]<IntPtr, byte*, long*, IntPtr>)Table[86])(kernelInfo, text, &value));
            return value;
        }
    }

    public static float FloatAttribute(IntPtr kernelInfo, string name)
    {
        fixed (byte* text = Encoding.UTF8.GetBytes($"{name}\0"))
        {
            float value;
            Check(((delegate* unmanaged[Cdecl]<IntPtr, byte*, float*, IntPtr>)Table[85])(kernelInfo, text, &value));
            return value;
        }
    }

    /// <summary>Null when there is none.</summary>
    public static float? FindFloatAttribute(IntPtr kernelInfo, string name)
    {
        fixed (byte* text = Encoding.UTF8.GetBytes($"{name}\0"))
        {
            float value;
            var status = ((delegate* unmanaged[Cdecl]<IntPtr, byte*, float*, IntPtr>)Table[85])(kernelInfo, text, &value);
            if (status == IntPtr.Zero)
            {
                return value;
            }

            ((delegate* unmanaged[Cdecl]<IntPtr, void>)Table[93])(status);
            return null;
        }
    }

    /// <summary>A value; zero for an optional one that is left out.</summary>
    public static IntPtr Input(IntPtr context, int index)
    {
        IntPtr value;
        Check(((delegate* unmanaged[Cdecl]<IntPtr, nuint, IntPtr*, IntPtr>)Table[90])(context, (nuint)index, &value));
        return value;
    }

    public static IntPtr Output(IntPtr context, int index, ReadOnlySpan<long> shape)
    {
        fixed (long* lengths = shape)
        {
            IntPtr value;
            Check(((delegate* unmanaged[Cdecl]<IntPtr, nuint, long*, nuint, IntPtr*, IntPtr>)Table[91])(
                context, (nuint)index, lengths, (nuint)shape.Length, &value));
            return value;
        }
    }

    public static IntPtr Stream(IntPtr context)
    {
        IntPtr stream;
        Check(((delegate* unmanaged[Cdecl]<IntPtr, IntPtr*, IntPtr>)Table[193])(context, &stream));
        return stream;
    }

    /// <summary>Calls a function for 0 to <paramref name="count"/> - 1 on the threads of the session.</summary>
    public static void ParallelFor(IntPtr context, delegate* unmanaged[Cdecl]<IntPtr, nuint, void> body, int count, IntPtr state) =>
        Check(((delegate* unmanaged[Cdecl]<IntPtr, void*, nuint, nuint, IntPtr, IntPtr>)Table[274])(context, body, (nuint)count, 0, state));

    private static IntPtr* Load()
    {
        var api = ((delegate* unmanaged[Cdecl]<uint, IntPtr*>)OrtGetApiBase()[0])(Version);
        return api is not null ? api : throw new NotSupportedException($"ONNX Runtime is older than 1.{Version}.");
    }

    [LibraryImport("onnxruntime")]
    private static partial IntPtr* OrtGetApiBase();
}
