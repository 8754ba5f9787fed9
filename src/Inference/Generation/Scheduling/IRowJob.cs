namespace Pipeline.Inference.Generation.Scheduling;

/// <summary>What a prompt needs to run. The values never change.</summary>
internal interface IRowJob
{
    /// <summary>Rows that it may come to take; one for each beam.</summary>
    int Rows { get; }

    /// <summary>Tokens of the prompt.</summary>
    int PromptTokens { get; }

    /// <summary>Tokens that a row of it may come to hold, prompt and new ones together.</summary>
    int Tokens { get; }

    /// <summary>Who is served first.</summary>
    RequestPriority Priority { get; }
}
