namespace Pipeline.Inference.Generation;

/// <summary>
/// One prompt on its way: takes the logits of its rows and says which rows come next. Knows nothing of the other prompts of a batch nor
/// of how rows are run, so whatever runs them may mix, add and retire prompts at every step.
/// </summary>
internal interface IContinuation
{
    /// <summary>Rows whose logits <see cref="Advance"/> reads; 1 for a new prompt.</summary>
    int Rows { get; }

    /// <summary>Set when the text has ended; its rows are no longer needed.</summary>
    GeneratedText? Result { get; }

    /// <summary>A guess of what follows the token that was chosen last; the text is the same whether it proves right or wrong. Empty without one.</summary>
    /// <param name="most">Most tokens.</param>
    int[] Guess(int most) => [];

    /// <summary>What <see cref="Advance"/> would draw from this row's logits; null when it draws nothing, or changes logits before.</summary>
    RowDraw? NextDraw(int row) => null;

    /// <summary>The draw was made: <see cref="Advance"/> takes this token.</summary>
    void Take(ScoredToken drawn)
    {
    }

    /// <summary>Chooses.</summary>
    /// <param name="batch">Has just run; holds this prompt's rows one after the other.</param>
    /// <param name="firstRow">Its first row there.</param>
    /// <param name="next">Gets this prompt's rows of the next step; none when it has ended.</param>
    /// <exception cref="BrokenLogitsException">The model's output is not a number.</exception>
    void Advance(IDecoderBatch batch, int firstRow, List<NextRow> next);
}
