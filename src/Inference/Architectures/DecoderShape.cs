using Pipeline.Inference.Models;

namespace Pipeline.Inference.Architectures;

/// <summary>The attention of a decoder.</summary>
/// <param name="Layers">Blocks.</param>
/// <param name="Heads">Heads of the queries.</param>
/// <param name="KvHeads">Heads of keys and values.</param>
/// <param name="HeadSize">Numbers of a head.</param>
/// <param name="Cache">What keys and values were asked for, and are kept in; null when nothing was.</param>
internal readonly record struct DecoderShape(int Layers, int Heads, int KvHeads, int HeadSize, ModelPrecision? Cache = null);
