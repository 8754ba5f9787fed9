using System.Collections.Concurrent;
using Pipeline.Inference.Tokenization.AddedTokens;

namespace Pipeline.Inference.Tokenization;

/// <summary>
/// The reference's steps: added tokens are found, the text between them is normalized, added tokens are found there too, the rest is cut
/// into pieces, and the model cuts each into tokens.
/// </summary>
internal sealed class TextTokenizer : ISubwordTokenizer
{
    // A workspace that a huge text has stretched is not kept.
    private const int LargestKeptCapacity = 1 << 16;

    private readonly ConcurrentBag<TokenizerWorkspace> _workspaces = [];
    private readonly TokenizerParts _parts;
    private readonly AddedTokenFinder? _finder;
    private readonly AddedTokenFinder? _normalizedFinder;
    private readonly HashSet<int> _special;

    public TextTokenizer(TokenizerParts parts)
    {
        _parts = parts;
        _special = [.. parts.AddedTokens.Where(token => token.IsSpecial).Select(token => token.Id)];
        _finder = Finder(parts.AddedTokens.Where(token => !token.IsNormalized).Select(token => (token, token.Content)));
        _normalizedFinder = Finder(parts.AddedTokens.Where(token => token.IsNormalized).Select(token => (token, Normalize(token.Content))));
    }

    public int VocabularySize => _parts.Vocabulary.Count;

    public int? FindToken(string token) => _parts.Vocabulary.Find(token);

    public TokenizedText Encode(string text, SpecialTokens mode, bool addSpecialTokens)
    {
        ArgumentNullException.ThrowIfNull(text);
        return Encode([new TextPart(text, mode)], addSpecialTokens);
    }

    public TokenizedText Encode(IReadOnlyList<TextPart> parts, bool addSpecialTokens)
    {
        ArgumentNullException.ThrowIfNull(parts);
        var text = CodePoint.Sanitize(parts.Count == 1 ? parts[0].Text : string.Concat(parts.Select(part => part.Text)));
        var recognized = RecognizedRanges(parts);
        if (!_workspaces.TryTake(out var workspace))
        {
            workspace = new TokenizerWorkspace();
        }

        workspace.Tokens.Truncate(0);
        AddFrame(addSpecialTokens ? _parts.Frame.Before : [], workspace.Tokens, 0);
        AddText(text, recognized, workspace);
        AddFrame(addSpecialTokens ? _parts.Frame.After : [], workspace.Tokens, text.Length);
        var tokens = workspace.Tokens.ToTokenizedText();
        if (workspace.Capacity <= LargestKeptCapacity)
        {
            _workspaces.Add(workspace);
        }

        return tokens;
    }

    public string Decode(IReadOnlyList<int> ids, bool skipSpecialTokens) => _parts.Decoder.Decode(
        [.. ids.Where(id => (uint)id < (uint)VocabularySize && !(skipSpecialTokens && _special.Contains(id))).Select(id => _parts.Vocabulary[id])]);

    private static AddedTokenFinder? Finder(IEnumerable<(AddedToken Token, string Pattern)> tokens)
    {
        // A pattern that normalization leaves nothing of can't be found.
        (AddedToken, string)[] findable = [.. tokens.Where(entry => entry.Pattern.Length > 0)];
        return findable.Length == 0 ? null : new AddedTokenFinder(findable);
    }

    private string Normalize(string text)
    {
        var workspace = new TokenizerWorkspace();
        workspace.Text.SetSource(CodePoint.Sanitize(text), new TextSpan(0, text.Length));
        return Normalize(workspace).Units.ToString();
    }

    private AlignedText Normalize(TokenizerWorkspace workspace)
    {
        foreach (var normalizer in _parts.Normalizers)
        {
            workspace.OtherText.Clear();
            normalizer.Normalize(workspace.Text, workspace.OtherText);
            (workspace.Text, workspace.OtherText) = (workspace.OtherText, workspace.Text);
        }

        return workspace.Text;
    }

    private static void AddFrame(int[] ids, TokenBuffer tokens, int at)
    {
        foreach (var id in ids)
        {
            tokens.Add(id, new TextSpan(at, 0));
        }
    }

    /// <summary>Where added tokens count: neighbouring parts are one range.</summary>
    private static List<TextSpan> RecognizedRanges(IReadOnlyList<TextPart> parts)
    {
        var ranges = new List<TextSpan>();
        var start = 0;
        foreach (var part in parts)
        {
            if (part.Mode == SpecialTokens.Recognize && part.Text.Length > 0)
            {
                if (ranges.Count > 0 && ranges[^1].End == start)
                {
                    ranges[^1] = ranges[^1] with { Length = ranges[^1].Length + part.Text.Length };
                }
                else
                {
                    ranges.Add(new TextSpan(start, part.Text.Length));
                }
            }

            start += part.Text.Length;
        }

        return ranges;
    }

    private void AddText(string text, List<TextSpan> recognized, TokenizerWorkspace workspace)
    {
        workspace.Matches.Clear();
        _finder?.Find(text, recognized, workspace.Matches);
        var start = 0;
        foreach (var match in workspace.Matches)
        {
            AddSection(text, new TextSpan(start, match.Span.Start - start), recognized, workspace);
            workspace.Tokens.Add(match.Id, match.Span);
            start = match.Span.End;
        }

        AddSection(text, new TextSpan(start, text.Length - start), recognized, workspace);
    }

    private void AddSection(string text, TextSpan section, List<TextSpan> recognized, TokenizerWorkspace workspace)
    {
        if (section.Length == 0)
        {
            return;
        }

        // One plain character makes the section plain for the model: a token of the vocabulary could reach into it.
        var plain = !recognized.Exists(range => range.Start <= section.Start && range.End >= section.End);
        workspace.Text.SetSource(text, section);
        var normalized = Normalize(workspace);
        workspace.NormalizedMatches.Clear();
        if (recognized.Count > 0)
        {
            _normalizedFinder?.Find(normalized.Units, Translate(recognized, normalized), workspace.NormalizedMatches);
        }

        var start = 0;
        foreach (var match in workspace.NormalizedMatches)
        {
            AddPieces(normalized, start, match.Span.Start, plain, workspace);
            workspace.Tokens.Add(match.Id, normalized.Source(match.Span.Start, match.Span.End));
            start = match.Span.End;
        }

        AddPieces(normalized, start, normalized.Length, plain, workspace);
    }

    /// <summary>Ranges of the normalized text that come from recognized ranges of the source alone.</summary>
    private static List<TextSpan> Translate(List<TextSpan> recognized, AlignedText normalized)
    {
        var ranges = new List<TextSpan>();
        foreach (var range in recognized)
        {
            var start = 0;
            while (start < normalized.Length && normalized.Source(start, start + 1).Start < range.Start)
            {
                start++;
            }

            var end = start;
            while (end < normalized.Length && normalized.Source(end, end + 1).End <= range.End)
            {
                end++;
            }

            ranges.Add(new TextSpan(start, end - start));
        }

        return ranges;
    }

    private void AddPieces(AlignedText text, int start, int end, bool plain, TokenizerWorkspace workspace)
    {
        workspace.Pieces.Reset(text);
        workspace.Pieces.Add(start, end);
        foreach (var preTokenizer in _parts.PreTokenizers)
        {
            preTokenizer.Split(workspace.Pieces, workspace.OtherPieces);
            (workspace.Pieces, workspace.OtherPieces) = (workspace.OtherPieces, workspace.Pieces);
        }

        foreach (var piece in workspace.Pieces.Ranges)
        {
            _parts.Model.Tokenize(workspace.Pieces.Text, piece, plain, workspace.Tokens);
        }
    }
}
