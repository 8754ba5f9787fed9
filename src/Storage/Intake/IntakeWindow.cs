using System.Security.Cryptography;
using System.Text;
using Npgsql;
using NpgsqlTypes;
using Pipeline.Storage.Results;

namespace Pipeline.Storage.Intake;

/// <summary>The rows of one window of lines, inside the transaction that accepts them.</summary>
internal sealed class IntakeWindow
{
    private readonly NpgsqlConnection _connection;
    private readonly NpgsqlTransaction _transaction;
    private readonly long _batchId;
    private readonly BatchSubmission _submission;
    private readonly List<Entry> _entries = [];
    private readonly List<IntakeReject> _conflicts = [];
    private readonly CandidateWindow? _candidates;

    private IntakeWindow(NpgsqlConnection connection, NpgsqlTransaction transaction, long batchId, BatchSubmission submission)
    {
        _connection = connection;
        _transaction = transaction;
        _batchId = batchId;
        _submission = submission;
        _candidates = submission.CandidateRecipeId is { } recipe ? new CandidateWindow(connection, transaction, recipe) : null;
    }

    /// <summary>Documents refused because an earlier line has their id with another text, or their text with another candidate.</summary>
    public IReadOnlyList<IntakeReject> Conflicts => _conflicts;

    /// <summary>Stores the texts and sorts out the documents that contradict an earlier line.</summary>
    public static async Task<IntakeWindow> CreateAsync(
        NpgsqlConnection connection, NpgsqlTransaction transaction, long batchId, BatchSubmission submission,
        IReadOnlyList<IntakeDocument> documents, CancellationToken cancellationToken)
    {
        var window = new IntakeWindow(connection, transaction, batchId, submission);
        await window.EnterAsync(cancellationToken);
        await window.WriteTextsAsync(documents, cancellationToken);
        await window.DropConflictsAsync(cancellationToken);
        await window.DropOtherCandidatesAsync(cancellationToken);
        return window;
    }

    /// <summary>Documents and their lines. Lines that repeat a known document are marked as duplicates.</summary>
    public async Task WriteDocumentsAsync(CancellationToken cancellationToken)
    {
        var distinct = _entries.GroupBy(entry => entry.Key).Select(group => group.Last()).OrderBy(entry => entry.Key).ToList();
        await using var documents = new NpgsqlCommand("""
            insert into pipeline.documents as d (tenant, source, external_id, text_id, reference_text_id, category, last_batch_id)
            select $1, $2, n.external_id, n.text_id, n.reference_text_id, n.category, $3
            from unnest($4::text[], $5::bigint[], $6::bigint[], $7::text[]) as n(external_id, text_id, reference_text_id, category)
            on conflict (tenant, source, external_id, text_id) do update
                set last_batch_id = greatest(d.last_batch_id, excluded.last_batch_id),
                    reference_text_id = coalesce(excluded.reference_text_id, d.reference_text_id),
                    category = coalesce(excluded.category, d.category)
            returning d.id, d.external_id, d.text_id, d.xmax = 0
            """, _connection, _transaction)
        {
            Parameters =
            {
                new() { Value = _submission.Tenant },
                new() { Value = _submission.Source },
                new() { Value = _batchId },
                new() { Value = distinct.Select(entry => entry.Document.ExternalId).ToArray() },
                new() { Value = distinct.Select(entry => entry.TextId).ToArray() },
                new() { Value = distinct.Select(entry => entry.ReferenceId).ToArray(), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Bigint },
                new() { Value = distinct.Select(entry => entry.Document.Category).ToArray(), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Text },
            },
        };
        var rows = new Dictionary<(string, long), (long Id, bool Known)>();
        await using (var reader = await documents.ExecuteReaderAsync(cancellationToken))
        {
            while (await reader.ReadAsync(cancellationToken))
            {
                // xmax is 0 on a row that this statement inserted rather than updated.
                rows[(reader.GetString(1), reader.GetInt64(2))] = (reader.GetInt64(0), !reader.GetBoolean(3));
            }
        }

        var seen = new HashSet<long>();
        var duplicates = new bool[_entries.Count];
        var ids = new long[_entries.Count];
        for (var i = 0; i < _entries.Count; i++)
        {
            var (id, known) = rows[_entries[i].Key];
            ids[i] = id;
            duplicates[i] = !seen.Add(id) || known;
        }

        await using var items = new NpgsqlCommand("""
            insert into pipeline.batch_items (batch_id, line, document_id, duplicate)
            select $1, * from unnest($2::bigint[], $3::bigint[], $4::boolean[])
            on conflict do nothing
            """, _connection, _transaction)
        {
            Parameters =
            {
                new() { Value = _batchId },
                new() { Value = _entries.Select(entry => entry.Document.Line).ToArray() },
                new() { Value = ids },
                new() { Value = duplicates },
            },
        };
        await items.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>Pending work for texts that have none, and what follows where results exist already.</summary>
    public async Task WriteWorkAsync(CancellationToken cancellationToken)
    {
        await WriteEngineWorkAsync(cancellationToken);
        await (_candidates?.WriteAsync(cancellationToken) ?? Task.CompletedTask);
    }

    private async Task WriteEngineWorkAsync(CancellationToken cancellationToken)
    {
        var textIds = _entries.Select(entry => entry.TextId).Distinct().Order().ToArray();
        int[] summarizers = [.. _submission.RecipeIds.Where(id => id != _submission.CandidateRecipeId)];
        int[] embedders = await EmbeddersAsync(cancellationToken);
        int[] recipes = [.. embedders, .. summarizers];
        await using var insert = new NpgsqlCommand("""
            insert into pipeline.work_items (recipe_id, text_id)
            select recipe_id, text_id from unnest($1::int[]) recipe_id cross join unnest($2::bigint[]) text_id
            order by 1, 2
            on conflict do nothing
            """, _connection, _transaction)
        {
            Parameters = { new() { Value = recipes }, new() { Value = textIds } },
        };
        if (await insert.ExecuteNonQueryAsync(cancellationToken) == textIds.Length * recipes.Length)
        {
            return;
        }

        // Some of the work was known. Lock those items: a worker that is settling one of them either has committed, and its summary
        // or vector is seen below, or waits for us and then sees the embed item and the documents inserted above. None can be missed.
        await using var batch = new NpgsqlBatch(_connection, _transaction)
        {
            BatchCommands =
            {
                new("select 1 from pipeline.work_items where recipe_id = any($1) and text_id = any($2) order by recipe_id, text_id for update")
                {
                    Parameters = { new() { Value = recipes }, new() { Value = textIds } },
                },
                // A text that was a summary so far, and is now a document's too.
                new("update pipeline.embeddings set is_source = true where recipe_id = any($1) and text_id = any($2) and not is_source")
                {
                    Parameters = { new() { Value = embedders }, new() { Value = textIds } },
                },
                SummaryWork.EnqueueEmbedding(summarizers, textIds),
                SummaryWork.EnqueueScoring(summarizers, textIds),
            },
        };
        await batch.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>Refused lines.</summary>
    public async Task WriteRejectsAsync(IReadOnlyList<IntakeReject> rejects, CancellationToken cancellationToken)
    {
        if (rejects.Count == 0)
        {
            return;
        }

        await using var command = new NpgsqlCommand("""
            insert into pipeline.batch_rejects (batch_id, line, external_id, code, reason)
            select $1, * from unnest($2::bigint[], $3::text[], $4::text[], $5::text[])
            on conflict do nothing
            """, _connection, _transaction)
        {
            Parameters =
            {
                new() { Value = _batchId },
                new() { Value = rejects.Select(reject => reject.Line).ToArray() },
                new() { Value = rejects.Select(reject => reject.ExternalId).ToArray(), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Text },
                new() { Value = rejects.Select(reject => reject.Code).ToArray() },
                new() { Value = rejects.Select(reject => reject.Reason).ToArray() },
            },
        };
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>From here to the commit nothing is removed: what the window finds, it may build upon.</summary>
    private async Task EnterAsync(CancellationToken cancellationToken)
    {
        await using var batch = new NpgsqlBatch(_connection, _transaction)
        {
            BatchCommands =
            {
                RemovalLock.Add(),
                new("select 1 from pipeline.batches where id = $1 and (cancelled_at is not null or state = 'pruning')")
                {
                    Parameters = { new() { Value = _batchId } },
                },
            },
        };
        await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
        await reader.NextResultAsync(cancellationToken);
        if (await reader.ReadAsync(cancellationToken))
        {
            throw new PipelineStorageException(
                $"Batch {_batchId} was cancelled while it was loaded. What is loaded stays; submit the file again to go on.");
        }
    }

    // Not the submission's: a batch that is loaded again after a cancellation may have been switched to another embedder, and have one beside it.
    private async Task<int[]> EmbeddersAsync(CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand("""
            select array_agg(recipe_id) from (
                select embedder_id as recipe_id from pipeline.batches where id = $1
                union select recipe_id from pipeline.batch_embedders where batch_id = $1) e
            """, _connection, _transaction)
        {
            Parameters = { new() { Value = _batchId } },
        };
        return (int[])(await command.ExecuteScalarAsync(cancellationToken) ?? Array.Empty<int>());
    }

    private async Task WriteTextsAsync(IReadOnlyList<IntakeDocument> documents, CancellationToken cancellationToken)
    {
        var references = documents.Where(document => document.Reference is not null).Select(document => document.Reference!).Distinct().ToArray();
        var referenceHashes = Array.ConvertAll(references, text => SHA256.HashData(Encoding.UTF8.GetBytes(text)));
        byte[][] hashes = [.. documents.Select(document => document.TextSha256), .. referenceHashes];
        string[] bodies = [.. documents.Select(document => document.Text), .. references];
        await using var batch = new NpgsqlBatch(_connection, _transaction)
        {
            BatchCommands =
            {
                TextRows.InsertCommand(hashes, bodies),
                new("select sha256, id from pipeline.texts where sha256 = any($1)") { Parameters = { new() { Value = hashes } } },
            },
        };
        var ids = new Dictionary<string, long>(hashes.Length);
        await using (var reader = await batch.ExecuteReaderAsync(cancellationToken))
        {
            while (await reader.ReadAsync(cancellationToken))
            {
                ids[Convert.ToHexString(reader.GetFieldValue<byte[]>(0))] = reader.GetInt64(1);
            }
        }

        var referenceIds = references.Zip(referenceHashes, (text, hash) => (text, Id: ids[Convert.ToHexString(hash)]))
            .ToDictionary(pair => pair.text, pair => pair.Id);
        foreach (var document in documents)
        {
            _entries.Add(new Entry(
                document,
                ids[Convert.ToHexString(document.TextSha256)],
                document.Reference is null ? null : referenceIds[document.Reference]));
        }
    }

    private async Task DropConflictsAsync(CancellationToken cancellationToken)
    {
        var first = new Dictionary<string, (long TextId, long Line)>();
        await using (var command = new NpgsqlCommand("""
            select d.external_id, d.text_id, bi.line
            from pipeline.documents d join pipeline.batch_items bi on bi.document_id = d.id
            where d.tenant = $1 and d.source = $2 and d.external_id = any($3) and bi.batch_id = $4
            """, _connection, _transaction)
        {
            Parameters =
            {
                new() { Value = _submission.Tenant },
                new() { Value = _submission.Source },
                new() { Value = _entries.Select(entry => entry.Document.ExternalId).Distinct().ToArray() },
                new() { Value = _batchId },
            },
        })
        await using (var reader = await command.ExecuteReaderAsync(cancellationToken))
        {
            while (await reader.ReadAsync(cancellationToken))
            {
                var id = reader.GetString(0);
                var line = reader.GetInt64(2);
                if (!first.TryGetValue(id, out var known) || line < known.Line)
                {
                    first[id] = (reader.GetInt64(1), line);
                }
            }
        }

        _entries.RemoveAll(entry =>
        {
            var id = entry.Document.ExternalId;
            if (!first.TryGetValue(id, out var known))
            {
                first[id] = (entry.TextId, entry.Document.Line);
                return false;
            }

            if (known.TextId == entry.TextId)
            {
                return false;
            }

            _conflicts.Add(new IntakeReject(
                entry.Document.Line, id, "duplicate-id", $"The id stands on line {known.Line} with another text; the first one counts"));
            return true;
        });
    }

    private async Task DropOtherCandidatesAsync(CancellationToken cancellationToken)
    {
        if (_candidates is null)
        {
            return;
        }

        var taken = await _candidates.TakeAsync(
            _entries.Select(entry => (entry.TextId, entry.Document.Candidate ?? throw new InvalidOperationException("A document lacks its candidate."))),
            cancellationToken);
        _entries.RemoveAll(entry =>
        {
            if (taken[entry.TextId] == entry.Document.Candidate)
            {
                return false;
            }

            _conflicts.Add(new IntakeReject(
                entry.Document.Line, entry.Document.ExternalId, "other-candidate",
                "The text has another candidate already, and a recipe has one summary for a text; submit this one under another --candidate-recipe"));
            return true;
        });
    }

    private sealed record Entry(IntakeDocument Document, long TextId, long? ReferenceId)
    {
        public (string ExternalId, long TextId) Key => (Document.ExternalId, TextId);
    }
}
