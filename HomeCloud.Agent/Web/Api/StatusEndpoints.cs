using System.Reflection;
using HomeCloud.Agent.Reconciliation;
using HomeCloud.Agent.Servers;
using HomeCloud.Agent.Servers.Live;
using HomeCloud.Agent.Servers.Sleeping;
using HomeCloud.Agent.Web.Texts;
using HomeCloud.Registry;
using Microsoft.AspNetCore.Mvc;

namespace HomeCloud.Agent.Web.Api;

/// <summary>/status.</summary>
internal static class StatusEndpoints
{
    public static string Version { get; } = typeof(StatusEndpoints).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "0";

    public static void Map(RouteGroupBuilder api) => api.MapGet("/status", (ServersOptions options, ServerDirectory directory, IRegistry registry, PacketWatchStatus packets, HttpContext context, [FromServices] AgentStatusSource? agent) =>
    {
        var catalogue = AnswerLanguage.For(context);
        var texts = ToldTexts.For(catalogue);
        return new StatusView(
            Version, options.Zone, directory.EngineProblem?.Message.In(catalogue), texts.TellProblem(registry.Health.Detail), registry.Health.Connected, agent?.Current.LastEvent, agent?.Current.LastComparison,
            Told(agent?.Current.RegistryProblem), Told(packets.Problem));

        string? Told(string? problem) => problem is null ? null : texts.TellProblem(problem);
    }).WithTags("Status").WithSummary("The agent's own state");
}

/// <summary>What the page and the command line need to know of the agent.</summary>
/// <param name="Version">Of HomeCloud.</param>
/// <param name="Zone">The zone that names are shown in.</param>
/// <param name="EngineProblem">Why Docker cannot be asked; null when it can.</param>
/// <param name="Registry">The registry's state in words.</param>
/// <param name="RegistryConnected">Whether it can be reached.</param>
/// <param name="LastEvent">When the engine last told of an event; null before the first.</param>
/// <param name="LastComparison">When names were last compared with the engine; null before the first time.</param>
/// <param name="RegistryProblem">Why the agent's names are not in the registry, two machines with one agent id for instance; null when they are.</param>
/// <param name="PacketProblem">Why packets wake no sleeping server; null when they do, or none sleeps.</param>
public sealed record StatusView(
    string Version, string Zone, string? EngineProblem, string Registry, bool RegistryConnected, DateTimeOffset? LastEvent, DateTimeOffset? LastComparison,
    string? RegistryProblem = null, string? PacketProblem = null);
