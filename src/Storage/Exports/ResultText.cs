using Pipeline.Storage.Reports;

namespace Pipeline.Storage.Exports;

/// <summary>A text format of results: one line per row, in UTF-8.</summary>
public abstract class ResultText
{
    /// <summary>What stands before the first row, line end included; empty where there is nothing.</summary>
    public virtual string Header => "";

    /// <summary>A row as a line, line end included.</summary>
    public abstract string Line(ResultRow row);
}
