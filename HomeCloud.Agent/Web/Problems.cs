using HomeCloud.Agent.Servers;
using HomeCloud.Net.Localization;

namespace HomeCloud.Agent.Web;

/// <summary>Problems as RFC 9457 documents, with our code and the fix beside the standard members.</summary>
internal static class Problems
{
    /// <summary>Written in the language of who asks.</summary>
    public static IResult Result(ServerProblem problem, int? status = null) => new ProblemAnswer(problem, status ?? Status(problem.Code));

    public static int Status(ProblemCode code) => code switch
    {
        ProblemCode.NotFound or ProblemCode.TemplateNotFound or ProblemCode.ImageNotFound => StatusCodes.Status404NotFound,
        ProblemCode.NameTaken or ProblemCode.Busy or ProblemCode.AddressTaken or ProblemCode.AddressAnswers or ProblemCode.MacInUse or ProblemCode.NoFreeAddress
            or ProblemCode.NoNetwork or ProblemCode.SeveralNetworks or ProblemCode.ExitedAtOnce or ProblemCode.VolumeTaken or ProblemCode.OwnContainer => StatusCodes.Status409Conflict,
        ProblemCode.MountNotAllowed or ProblemCode.PrivilegedNotAllowed or ProblemCode.TerminalNotAllowed => StatusCodes.Status403Forbidden,
        ProblemCode.EngineAway or ProblemCode.RegistryAway or ProblemCode.Cancelled => StatusCodes.Status503ServiceUnavailable,
        ProblemCode.EngineRefused or ProblemCode.ImagePullFailed or ProblemCode.ImageBuildFailed => StatusCodes.Status502BadGateway,
        ProblemCode.DiskFull => StatusCodes.Status507InsufficientStorage,
        _ => StatusCodes.Status400BadRequest,
    };

    /// <summary>A refusal in the DNS server's own words, which begin with a small letter and end without a full stop.</summary>
    public static IResult OfDns(Phrase problem) => Result(new ServerProblem(ProblemCode.InvalidRequest, problem.Sentence));

    /// <summary>The DNS server cannot be asked from here.</summary>
    /// <param name="fix">What can ask it.</param>
    public static IResult DnsIsElsewhere(Phrase fix) => Result(new ServerProblem(ProblemCode.NotFound, "The DNS server is another process.", fix));

    private sealed class ProblemAnswer(ServerProblem problem, int status) : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext)
        {
            var (_, message, fix, output) = ProblemView.From(problem, AnswerLanguage.For(httpContext));
            return Results.Problem(
                title: message,
                detail: fix.Length == 0 ? null : fix,
                statusCode: status,
                extensions: new Dictionary<string, object?>
                {
                    ["code"] = System.Text.Json.JsonNamingPolicy.CamelCase.ConvertName(problem.Code.ToString()),
                    ["fix"] = fix,
                    ["output"] = output.Count == 0 ? null : output.ToArray(),
                }).ExecuteAsync(httpContext);
        }
    }
}
