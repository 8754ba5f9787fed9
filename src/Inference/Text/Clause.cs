namespace Pipeline.Inference.Text;

/// <summary>A part of a sentence, without its closing mark and outer spaces.</summary>
/// <param name="Start">Index of its first character.</param>
/// <param name="End">Index behind its last character.</param>
/// <param name="Mark">The mark that closes it; <c>'\0'</c> at the end of the text.</param>
/// <param name="Sentence">Number of its sentence, from 0.</param>
internal readonly record struct Clause(int Start, int End, char Mark, int Sentence);
