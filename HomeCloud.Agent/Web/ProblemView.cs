using HomeCloud.Agent.Servers;
using HomeCloud.Net.Localization;

namespace HomeCloud.Agent.Web;

/// <summary>A problem inside another answer, in its reader's language.</summary>
/// <param name="Code">For programs.</param>
/// <param name="Message">What is wrong.</param>
/// <param name="Fix">The next step; empty when the message says it.</param>
/// <param name="Output">The last lines a container said before it died.</param>
public sealed record ProblemView(ProblemCode Code, string Message, string Fix, IReadOnlyList<string> Output)
{
    public static ProblemView From(ServerProblem problem, Catalogue catalogue) => new(problem.Code, problem.Message.In(catalogue), problem.Fix.In(catalogue), problem.Output);
}
