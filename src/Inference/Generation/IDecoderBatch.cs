namespace Pipeline.Inference.Generation;

/// <summary>Sequences that a decoder runs together, each with its key/value cache. Not safe to share between threads.</summary>
public interface IDecoderBatch : IDisposable
{
    /// <summary>Number of rows.</summary>
    int Rows { get; }

    /// <summary>Logits after the row's last token; valid until the next call of another method than to add rows.</summary>
    ReadOnlySpan<float> Logits(int row);

    /// <summary>What greedy decoding takes after the row's last token; valid as long as <see cref="Logits"/>, from which it follows.</summary>
    BestToken Best(int row) => BestToken.Of(Logits(row));

    /// <summary>Whether <see cref="Draw"/> can be asked, which spares looking at <see cref="Logits"/>.</summary>
    bool Draws => false;

    /// <summary>Draws a token for each, and says its logit. Of a row whose <see cref="Best"/> has no finite sum any token.</summary>
    /// <param name="draws">At least one.</param>
    IReadOnlyList<ScoredToken> Draw(IReadOnlyList<RowDraw> draws) => throw new NotSupportedException();

    /// <summary>Makes room at once for so many rows of so many tokens. More than that costs copies as rows grow.</summary>
    /// <exception cref="OutOfMemoryException">There is not so much; the rows are as they were.</exception>
    void Reserve(int rows, int tokens);

    /// <summary>Runs a prompt as a new last row.</summary>
    /// <param name="prompt">At least one id.</param>
    void Add(ReadOnlySpan<int> prompt);

    /// <summary>Whether several prompts are better run together.</summary>
    bool AddsTogether => false;

    /// <summary>Runs prompts as new last rows. Where they run together a failure leaves the rows as they were.</summary>
    /// <param name="prompts">At least one id each.</param>
    void Add(IReadOnlyList<int[]> prompts)
    {
        foreach (var prompt in prompts)
        {
            Add(prompt);
        }
    }

    /// <summary>Makes row i what row <paramref name="sourceRows"/>[i] was: keeps, repeats and drops rows. No logits until the next append.</summary>
    void Reorder(ReadOnlySpan<int> sourceRows);

    /// <summary>Appends one token to each row and runs it.</summary>
    void Append(ReadOnlySpan<int> nextIds);

    /// <summary>Most tokens that <see cref="AppendSequence"/> takes; 1 where their results would not be those of one after the other.</summary>
    int LongestSequence => 1;

    /// <summary>
    /// Appends several tokens to the only row and runs them at once. <see cref="Logits"/> and <see cref="Best"/> of i are those after the i-th of them then,
    /// the same as if they had been appended one by one. <see cref="Keep"/> comes next.
    /// </summary>
    /// <param name="ids">At most <see cref="LongestSequence"/>.</param>
    void AppendSequence(ReadOnlySpan<int> ids) => Append(ids);

    /// <summary>Forgets the last of the tokens that were appended together.</summary>
    /// <param name="tokens">So many of them stay; 1 at least.</param>
    void Keep(int tokens)
    {
    }
}
