namespace Pipeline.TextMetrics.Clauses;

/// <summary>A part of a sentence, without its closing mark, outer spaces, list marker and report frame.</summary>
/// <param name="Start">Index of its first character.</param>
/// <param name="End">Index behind its last character.</param>
/// <param name="Mark">The mark that closes it; <c>'\0'</c> at the end of the text.</param>
/// <param name="Sentence">Number of its sentence, from 0.</param>
/// <param name="Item">Number of list markers up to it: 0 before the first.</param>
/// <param name="Kind">What it does in a report.</param>
internal readonly record struct Clause(int Start, int End, char Mark, int Sentence, int Item, ClauseKind Kind);
