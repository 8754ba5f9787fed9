using Pipeline.ServiceDefaults.Http;

namespace Pipeline.Scoring.Requests;

/// <summary>Why a request of a model was not answered, in Chinese; the problem itself says it in English.</summary>
public static class RequestErrors
{
    /// <summary>Cause and remedy.</summary>
    public static string Chinese(ApiException problem)
    {
        ArgumentNullException.ThrowIfNull(problem);
        return problem.Code switch
        {
            "no-worker" => "没有工作进程在运行。请用 './pipeline up' 启动。",
            "no-answer" => "工作进程没有在限定时间内应答。请重试；'./pipeline status' 可查看工作进程。模型较慢时请调大 Pipeline:Requests:Timeout。",
            "broker-away" => "RabbitMQ 没有响应，无法询问工作进程。请稍后重试。",
            "too-many-requests" => "同时进行的请求过多。请稍后重试，或调大 Pipeline:Requests:MaxConcurrent。",
            "classifier-not-runnable" => "工作进程无法运行 Pipeline:Search:Classifier 指定的分类模型。请更正名称，或在工作进程所在的机器上导入该模型。",
            "model-loading" => "模型正在载入。请稍后重试。",
            "empty-query" => "查询为空。请写出要查找的内容。",
            "query-too-long" => "查询太长。请缩短，或调大 Pipeline:Requests:MaxQueryCharacters。",
            "bad-query" => "查询无法向量化。请使用含有文字的查询。",
            "unknown-source" => "没有文档来自此来源。请更正来源，或去掉此条件。",
            "unknown-category" => "没有文档属于此类别。请更正类别，或去掉此条件。",
            "bad-period" => "起始时间不早于结束时间。请更正。",
            "unknown-embedder" => "没有这个向量化方案。'./pipeline recipes list' 可查看已有的方案；'./pipeline migrate' 登记新的方案。",
            "unknown-recipe" => "没有这个配方。'./pipeline recipes list' 可查看已有的配方；'./pipeline migrate' 登记新的配方。",
            _ => $"{problem.Message} {problem.Remedy}",
        };
    }
}
