using Docker.DotNet.Models;

namespace HomeCloud.Agent.Servers.Engine;

/// <summary>A plan in the engine's words.</summary>
internal static class ContainerBody
{
    public static CreateContainerParameters Of(ContainerPlan plan) => new()
    {
        Name = plan.Name,
        Image = plan.Image,
        Hostname = plan.Hostname ?? plan.Name,
        Cmd = plan.Command.IsDefaultOrEmpty ? null! : [.. plan.Command],
        Env = [.. plan.Environment.Select(v => $"{v.Key}={v.Value}")],
        Labels = plan.Labels.ToDictionary(),
        HostConfig = new HostConfig
        {
            NetworkMode = plan.Network,
            Memory = plan.MemoryBytes,
            NanoCPUs = (long)(plan.Cpus * 1e9),
            Privileged = plan.Privileged,
            RestartPolicy = new RestartPolicy { Name = RestartPolicyKind.UnlessStopped },
            Mounts = [.. plan.Mounts.Select(m => new Mount { Type = m.IsPath ? "bind" : "volume", Source = m.Source, Target = m.Target, ReadOnly = m.ReadOnly })],

            // Logs that rotate: a server that talks must not fill the disk.
            LogConfig = new LogConfig { Type = "json-file", Config = new Dictionary<string, string> { ["max-size"] = "10m", ["max-file"] = "3" } },
        },
        NetworkingConfig = new NetworkingConfig
        {
            EndpointsConfig = new Dictionary<string, EndpointSettings>
            {
                [plan.Network] = new()
                {
                    MacAddress = plan.Mac ?? "",
                    IPAMConfig = plan.Address is null ? null : new EndpointIPAMConfig { IPv4Address = plan.Address.ToString(), IPv6Address = plan.Address6?.ToString() ?? "" },
                },
            },
        },
    };
}
