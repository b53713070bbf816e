using HomeCloud.Agent.Servers;

namespace HomeCloud.Agent.Web;

/// <summary>Problems as RFC 9457 documents, with our code and the fix beside the standard members.</summary>
internal static class Problems
{
    public static IResult Result(ServerProblem problem, int? status = null) => Results.Problem(
        title: problem.Message,
        detail: problem.Fix.Length == 0 ? null : problem.Fix,
        statusCode: status ?? Status(problem.Code),
        extensions: new Dictionary<string, object?>
        {
            ["code"] = System.Text.Json.JsonNamingPolicy.CamelCase.ConvertName(problem.Code.ToString()),
            ["fix"] = problem.Fix,
            ["output"] = problem.Output.Count == 0 ? null : problem.Output.ToArray(),
        });

    public static int Status(ProblemCode code) => code switch
    {
        ProblemCode.NotFound or ProblemCode.TemplateNotFound or ProblemCode.ImageNotFound => StatusCodes.Status404NotFound,
        ProblemCode.NameTaken or ProblemCode.Busy or ProblemCode.AddressTaken or ProblemCode.AddressAnswers or ProblemCode.NoFreeAddress
            or ProblemCode.NoNetwork or ProblemCode.SeveralNetworks or ProblemCode.ExitedAtOnce or ProblemCode.VolumeTaken or ProblemCode.OwnContainer => StatusCodes.Status409Conflict,
        ProblemCode.MountNotAllowed or ProblemCode.PrivilegedNotAllowed or ProblemCode.TerminalNotAllowed => StatusCodes.Status403Forbidden,
        ProblemCode.EngineAway or ProblemCode.RegistryAway or ProblemCode.Cancelled => StatusCodes.Status503ServiceUnavailable,
        ProblemCode.EngineRefused or ProblemCode.ImagePullFailed or ProblemCode.ImageBuildFailed => StatusCodes.Status502BadGateway,
        ProblemCode.DiskFull => StatusCodes.Status507InsufficientStorage,
        _ => StatusCodes.Status400BadRequest,
    };
}
