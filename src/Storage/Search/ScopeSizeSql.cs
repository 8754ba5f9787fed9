using Npgsql;

namespace Pipeline.Storage.Search;

/// <summary>
/// Whether a <see cref="SearchScope"/> leaves few documents. Each of its filters is counted alone, up to the limit and by an index of its own, so
/// the answer costs little however many documents there are; what two filters leave together may be fewer still.
/// </summary>
internal sealed class ScopeSizeSql
{
    private readonly NpgsqlCommand _command;
    private readonly List<string> _counts = [];

    private ScopeSizeSql(NpgsqlCommand command) => _command = command;

    /// <summary>The question, whether one of the filters leaves at most <paramref name="limit"/>.</summary>
    public static NpgsqlCommand Create(NpgsqlDataSource dataSource, SearchScope scope, int limit)
    {
        var size = new ScopeSizeSql(dataSource.CreateCommand());
        var (most, tenant) = (size.Value((long)limit), size.Value(scope.Tenant));
        if (scope.BatchId is { } batch)
        {
            size.Count($"batch_items where batch_id = {size.Value(batch)}");
        }

        if (scope.Category is { } category)
        {
            size.Count($"documents where tenant = {tenant} and category = {size.Value(category)}");
        }

        if (scope.From is not null || scope.To is not null)
        {
            var from = scope.From is { } start ? $" and accepted_at >= {size.Value(start.ToUniversalTime())}" : "";
            var to = scope.To is { } end ? $" and accepted_at < {size.Value(end.ToUniversalTime())}" : "";
            size.Count($"documents where tenant = {tenant}{from}{to}");
        }

        size.Count($"documents where tenant = {tenant}{(scope.Source is { } source ? $" and source = {size.Value(source)}" : "")}");
        size._command.CommandText = "select " + string.Join(
            " or ", size._counts.Select(count => $"(select count(*) from (select from pipeline.{count} limit {most} + 1) s) <= {most}"));
        return size._command;
    }

    private void Count(string from) => _counts.Add(from);

    private string Value(object value)
    {
        _command.Parameters.Add(new() { Value = value });
        return $"${_command.Parameters.Count}";
    }
}
