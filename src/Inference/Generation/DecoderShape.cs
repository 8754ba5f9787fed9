namespace Pipeline.Inference.Generation;

/// <summary>What the key/value cache of a decoder looks like.</summary>
/// <param name="Layers">Each has keys and values of its own.</param>
/// <param name="KvHeads">Heads of keys and values.</param>
/// <param name="HeadSize">Numbers of a head.</param>
internal sealed record DecoderShape(int Layers, int KvHeads, int HeadSize);
