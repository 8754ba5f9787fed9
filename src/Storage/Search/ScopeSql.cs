using System.Globalization;
using Npgsql;

namespace Pipeline.Storage.Search;

/// <summary>A <see cref="SearchScope"/> as a condition on <c>pipeline.documents d</c>. Only what is asked for is in it, so that plans fit.</summary>
internal sealed class ScopeSql
{
    private readonly List<string> _conditions = [];
    private readonly List<object> _values = [];
    private readonly int _first;

    /// <param name="scope">The scope.</param>
    /// <param name="first">Number of the first parameter.</param>
    public ScopeSql(SearchScope scope, int first)
    {
        _first = first;
        Add("d.tenant = {0}", scope.Tenant);
        if (scope.BatchId is { } batch)
        {
            Add("exists (select from pipeline.batch_items i where i.document_id = d.id and i.batch_id = {0})", batch);
        }
        else
        {
            // A batch shows what it holds; without one, only the latest version of a document counts.
            _conditions.Add("""
                not exists (select from pipeline.documents n
                            where n.tenant = d.tenant and n.source = d.source and n.external_id = d.external_id
                              and (n.last_batch_id, n.id) > (d.last_batch_id, d.id))
                """);
        }

        if (scope.Source is { } source)
        {
            Add("d.source = {0}", source);
        }

        if (scope.Category is { } category)
        {
            Add("d.category = {0}", category);
        }

        if (scope.From is { } from)
        {
            Add("d.accepted_at >= {0}", from.ToUniversalTime());
        }

        if (scope.To is { } to)
        {
            Add("d.accepted_at < {0}", to.ToUniversalTime());
        }
    }

    /// <summary>The condition.</summary>
    public string Condition => string.Join(" and ", _conditions);

    /// <summary>Adds its values behind the parameters that are there.</summary>
    public void AddTo(NpgsqlParameterCollection parameters)
    {
        foreach (var value in _values)
        {
            parameters.Add(new() { Value = value });
        }
    }

    private void Add(string condition, object value)
    {
        _conditions.Add(string.Format(CultureInfo.InvariantCulture, condition, $"${_first + _values.Count}"));
        _values.Add(value);
    }
}
