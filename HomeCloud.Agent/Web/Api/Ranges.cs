using HomeCloud.Agent.Servers;

namespace HomeCloud.Agent.Web.Api;

/// <summary>?range=: the same words wherever figures are kept.</summary>
internal static class Ranges
{
    public static IResult Refusal => Problems.Result(new ServerProblem(ProblemCode.InvalidRequest, "There is nothing for that range.", "Set ?range= to hour, day or week."));

    /// <param name="text">The first one without a text.</param>
    /// <param name="range">The range.</param>
    public static bool TryRead<T>(string? text, out T range) where T : struct, Enum
    {
        range = default;
        return text is null || (Enum.TryParse(text, ignoreCase: true, out range) && Enum.IsDefined(range) && text.All(char.IsAsciiLetter));
    }
}
