using System.ComponentModel;
using Microsoft.AspNetCore.Mvc;

namespace Pipeline.Ingest.Http;

/// <summary>The options of a submission, as <c>submit</c> has them.</summary>
internal sealed record SubmitQuery
{
    [FromQuery(Name = "source")]
    [Description("Where the documents come from; part of their identity. Default: the file's name, or 'api'.")]
    public string? Source { get; init; }

    [FromQuery(Name = "name")]
    [Description("Name of the batch. Default: made from the source.")]
    public string? Name { get; init; }

    [FromQuery(Name = "recipe")]
    [Description("Recipe to summarise with; may be repeated.")]
    public string[] Recipes { get; init; } = [];

    [FromQuery(Name = "embedder")]
    [Description("Embedder for texts and summaries.")]
    public string? Embedder { get; init; }

    [FromQuery(Name = "format")]
    [Description("csv, tsv, jsonl, openai or parquet, where neither Content-Type nor the file's name tells.")]
    public string? Format { get; init; }

    [FromQuery(Name = "text_column")]
    [Description("Field with the text. Default: text, content, 内容, ...")]
    public string? TextColumn { get; init; }

    [FromQuery(Name = "id_column")]
    [Description("Field with the id. Default: id, ticket_id, 工单编号, ...")]
    public string? IdColumn { get; init; }

    [FromQuery(Name = "reference_column")]
    [Description("Field with a human summary to score against.")]
    public string? ReferenceColumn { get; init; }

    [FromQuery(Name = "category_column")]
    [Description("Field with a category, by which searches can be narrowed.")]
    public string? CategoryColumn { get; init; }

    [FromQuery(Name = "candidate_column")]
    [Description("Field with a summary that exists already and is to be scored like ours. Then nothing is summarised unless 'recipe' asks for it.")]
    public string? CandidateColumn { get; init; }

    [FromQuery(Name = "candidate_recipe")]
    [Description("Recipe name under which these summaries stand. Default: candidate.")]
    public string? CandidateRecipe { get; init; }

    [FromQuery(Name = "encoding")]
    [Description("Encoding of text: gb18030, gbk, big5, utf-16, ... Default: utf-8.")]
    public string? Encoding { get; init; }

    [FromQuery(Name = "delimiter")]
    [Description("Delimiter of CSV, one character. Default: found in the header.")]
    public string? Delimiter { get; init; }
}
