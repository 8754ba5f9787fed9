using System.Runtime.InteropServices;

namespace Pipeline.RandomModel;

/// <summary>A stream of random float16, the same for the same seed. Half a billion take seconds: each is drawn from a table.</summary>
internal sealed class RandomHalves
{
    private const int TableBits = 16;
    private const double Deviation = 0.02;

    private readonly Half[] _normal = new Half[1 << TableBits];
    private readonly Half[] _piece = new Half[1 << 18];
    private ulong _state;

    public RandomHalves(int seed)
    {
        var random = new Random(seed);
        foreach (ref var value in _normal.AsSpan())
        {
            // Box and Muller: a normal number from two uniform ones.
            var radius = Math.Sqrt(-2 * Math.Log(1 - random.NextDouble()));
            value = (Half)(Deviation * radius * Math.Cos(2 * Math.PI * random.NextDouble()));
        }

        _state = (ulong)seed;
    }

    /// <summary>Appends the elements of a tensor.</summary>
    public void Write(Stream stream, RandomTensor tensor)
    {
        for (var left = tensor.Bytes / 2; left > 0; left -= Math.Min(left, _piece.Length))
        {
            var piece = _piece.AsSpan(0, (int)Math.Min(left, _piece.Length));
            switch (tensor.Filling)
            {
                case Filling.One: piece.Fill(Half.One); break;
                case Filling.Zero: piece.Clear(); break;
                default: FillNormal(piece); break;
            }

            stream.Write(MemoryMarshal.AsBytes(piece));
        }
    }

    private void FillNormal(Span<Half> piece)
    {
        foreach (ref var value in piece)
        {
            // Weyl's sequence with a multiplication: far from random, but no two weights in a row look alike.
            _state += 0x9e3779b97f4a7c15;
            value = _normal[((_state ^ (_state >> 31)) * 0xbf58476d1ce4e5b9) >> (64 - TableBits)];
        }
    }
}
