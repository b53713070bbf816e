using System.Globalization;
using System.Net;
using System.Net.Sockets;
using HomeCloud.Agent.Servers.Engine;
using HomeCloud.Agent.Servers.Keeping;

namespace HomeCloud.Agent.Servers.Live;

/// <summary>From a container to what people see of it. Pure.</summary>
internal static class ServerViews
{
    private static readonly HashSet<ushort> BrowserPorts =
        [80, 81, 443, 1880, 2368, 3000, 3001, 4000, 5000, 5173, 8000, 8008, 8080, 8081, 8083, 8096, 8123, 8384, 8443, 8888, 9000, 9090, 9443];

    private static readonly HashSet<ushort> TlsPorts = [443, 8443, 9443];

    /// <param name="container">As the engine has it.</param>
    /// <param name="fullName">As DNS has it, with the zone.</param>
    /// <param name="isOpen">What is known of a port.</param>
    /// <param name="explanation">Why it has no address.</param>
    public static ServerView From(EngineContainer container, string fullName, Func<ushort, bool?> isOpen, string? explanation)
    {
        var attachment = container.Attachments.FirstOrDefault(a => a.Addresses.Any(IsOnLan)) ?? container.Attachments.FirstOrDefault();
        var ports = Ports(container).Select(p => new PortView(p, container.StartedAt is null ? null : isOpen(p), Url(p, fullName))).ToList();
        var user = container.Labels.GetValueOrDefault(Labels.User);
        return new ServerView
        {
            Name = container.Name,
            FullName = fullName,
            Id = container.Id,
            State = container.State is "exited" or "dead" or "removing" ? "stopped" : container.State,
            Health = container.Health,
            Image = container.Image,
            Template = container.Labels.GetValueOrDefault(Labels.Template),
            Ours = container.Labels.ContainsKey(Labels.Server),
            Addresses = [.. container.Addresses.Select(a => a.ToString())],
            Mac = attachment?.Mac is { Length: > 0 } mac ? mac : null,
            Network = attachment?.Network,
            Created = container.Created,
            StartedAt = container.StartedAt,
            ExpiresAt = ExpiryClock.ExpiresAt(container),
            ExitCode = container.IsRunning || container.State == "created" ? null : container.ExitCode,
            Ports = ports,
            Ssh = ports.Exists(p => p.Port == 22 && p.Open != false) ? $"ssh {(user is null ? string.Empty : user + "@")}{fullName}" : null,
            Aliases = container.Labels.TryGetValue(Labels.Aliases, out var aliases) ? aliases.Split([',', ' '], StringSplitOptions.RemoveEmptyEntries) : [],
            Wildcard = container.Labels.GetValueOrDefault(Labels.Wildcard) == "true",
            Volumes = [.. container.Volumes],
            MemoryLimit = container.MemoryLimit,
            Explanation = container.IsRunning && !container.Addresses.Any() ? explanation ?? "It has no address on the LAN." : null,
        };
    }

    /// <summary>Those a label names, else those the image declares.</summary>
    public static IReadOnlyList<ushort> Ports(EngineContainer container)
    {
        var labelled = container.Labels.GetValueOrDefault(Labels.Ports, string.Empty)
            .Split([',', ' '], StringSplitOptions.RemoveEmptyEntries)
            .Select(p => ushort.TryParse(p, NumberStyles.None, CultureInfo.InvariantCulture, out var port) ? port : (ushort)0)
            .Where(p => p > 0);
        ushort[] named = [.. labelled];
        return named.Length > 0 ? [.. named.Distinct()] : [.. container.Ports.Take(20)];
    }

    public static IPAddress? LanAddress(EngineContainer container) =>
        container.Addresses.FirstOrDefault(a => a.AddressFamily == AddressFamily.InterNetwork) ?? container.Addresses.FirstOrDefault();

    private static bool IsOnLan(IPAddress address) => !IPAddress.IsLoopback(address);

    private static string? Url(ushort port, string fullName) => (port, BrowserPorts.Contains(port)) switch
    {
        (80, _) => $"http://{fullName}/",
        (443, _) => $"https://{fullName}/",
        (_, true) => string.Create(CultureInfo.InvariantCulture, $"{(TlsPorts.Contains(port) ? "https" : "http")}://{fullName}:{port}/"),
        _ => null,
    };
}
