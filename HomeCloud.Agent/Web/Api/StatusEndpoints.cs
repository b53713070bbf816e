using System.Reflection;
using HomeCloud.Agent.Reconciliation;
using HomeCloud.Agent.Servers;
using HomeCloud.Agent.Servers.Live;
using HomeCloud.Registry;
using Microsoft.AspNetCore.Mvc;

namespace HomeCloud.Agent.Web.Api;

/// <summary>/status.</summary>
internal static class StatusEndpoints
{
    public static string Version { get; } = typeof(StatusEndpoints).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "0";

    public static void Map(RouteGroupBuilder api) => api.MapGet("/status", (ServersOptions options, ServerDirectory directory, IRegistry registry, [FromServices] AgentStatusSource? agent) =>
        new StatusView(Version, options.Zone, directory.EngineProblem?.Message, registry.Health.Detail, registry.Health.Connected, agent?.Current.LastEvent, agent?.Current.LastComparison, agent?.Current.RegistryProblem))
        .WithTags("Status").WithSummary("The agent's own state");
}
