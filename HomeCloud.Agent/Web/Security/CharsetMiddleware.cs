using HomeCloud.Agent.Servers;

namespace HomeCloud.Agent.Web.Security;

/// <summary>JSON is UTF-8 (RFC 8259 §8.1). A body that says it is something else is refused: the framework would fail on a name that it does not know.</summary>
internal sealed class CharsetMiddleware(RequestDelegate next)
{
    public Task InvokeAsync(HttpContext context)
    {
        var charset = context.Request.GetTypedHeaders().ContentType?.Charset.ToString().Trim('"') ?? "";
        return charset.Length == 0 || charset.Equals("utf-8", StringComparison.OrdinalIgnoreCase)
            ? next(context)
            : Problems.Result(new ServerProblem(ProblemCode.InvalidRequest, "The body must be JSON in UTF-8."), StatusCodes.Status415UnsupportedMediaType).ExecuteAsync(context);
    }
}
