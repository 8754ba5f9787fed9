using Pipeline.Inference;
using Pipeline.Storage.Ledger;

namespace Pipeline.EmbedWorker;

/// <summary>How the ledger takes an engine's refusal.</summary>
internal static class TextFailureExtensions
{
    /// <summary>An engine that stumbled may be tried again, alone; a text it calls unfit stays unfit.</summary>
    public static WorkFailure ToWorkFailure(this TextFailure failure) =>
        new(failure.Code, failure.Reason, IsFinal: failure.Code != TextFailure.EngineError);
}
