using System.Globalization;
using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using HomeCloud.Agent.Naming;
using HomeCloud.Agent.Servers.Making;
using HomeCloud.Registry;

namespace HomeCloud.Agent.Servers.Live;

/// <summary>
/// From a container to what people see of it. Pure. Names, labels, images and networks are whatever their author wrote: text is made
/// plain, and what becomes part of a command or a link is validated. Labels that steer what people type count on our servers only.
/// </summary>
internal static class ServerViews
{
    /// <summary>More than anybody looks at; each one listed is also tried.</summary>
    private const int MostPorts = 20;
    private const int LongestText = 300;

    private static readonly HashSet<ushort> BrowserPorts =
        [80, 81, 443, 1880, 2368, 3000, 3001, 4000, 5000, 5173, 8000, 8008, 8080, 8081, 8083, 8096, 8123, 8384, 8443, 8888, 9000, 9090, 9443];

    private static readonly HashSet<ushort> TlsPorts = [443, 8443, 9443];

    /// <param name="container">As the engine has it.</param>
    /// <param name="fullName">As DNS has it, with the zone.</param>
    /// <param name="isOpen">What is known of a port.</param>
    /// <param name="explanation">Why it has no address.</param>
    /// <param name="kept">The address that it gets again.</param>
    /// <param name="lastLine">Of its log, when it keeps crashing.</param>
    /// <param name="sleep">What was set by hand of its sleep.</param>
    public static ServerView From(
        ContainerFacts container, string fullName, Func<ushort, bool?> isOpen, string? explanation, IPAddress? kept = null, string? lastLine = null, string? sleep = null)
    {
        var attachment = container.Endpoints.FirstOrDefault(a => a.Network == container.Lan.Network) ?? container.Endpoints.FirstOrDefault();
        var ports = Ports(container).Select(p => new PortView(p, container.StartedAt is null ? null : isOpen(p), container.StartedAt is null && container.Asleep is null ? null : Url(p, fullName))).ToList();
        var ours = container.Labels.ContainsKey(Labels.Server);
        var ssh = ports.Exists(p => p.Port == 22 && p.Open != false) ? SshTarget.Create(ours ? container.Labels.GetValueOrDefault(Labels.User) : null, fullName) : null;
        return new ServerView
        {
            Name = Plain(container.Name),
            FullName = Plain(fullName),
            Id = container.Id,
            State = container.Asleep is not null ? "asleep" : container.Life is ContainerLife.Exited or ContainerLife.Dead ? "stopped" : container.LifeInWords,
            Health = container.Health == ContainerHealthState.None ? null : container.Health.ToString().ToLowerInvariant(),
            Image = Plain(container.Image),
            Template = ours && container.Labels.GetValueOrDefault(Labels.Template) is { } template && NameRules.IsValid(template) ? template : null,
            Ours = ours,
            Role = container.Labels.GetValueOrDefault(HomeCloudLabels.Role) is { } role && NameRules.IsValid(role) ? role : null,
            Addresses = [.. container.Lan.Addresses.Select(a => a.ToString())],
            KeptAddress = container.Lan.Addresses.IsEmpty ? kept?.ToString() : null,
            Mac = PhysicalAddress.TryParse(attachment?.Mac, out var mac) && mac.GetAddressBytes().Length > 0 ? attachment!.Mac : null,
            Network = attachment is null ? null : Plain(attachment.Network),
            Created = container.Created,
            StartedAt = container.StartedAt,
            ExpiresAt = ExpiryClock.ExpiresAt(container),
            Sleep = SleepRule.Of(container, sleep).After is { } after ? SleepRule.Text(after) : null,
            AsleepSince = container.Asleep?.Since,
            ExitCode = container.Asleep is not null || container.IsRunning || container.Life == ContainerLife.Created ? null : (int)container.ExitCode,
            Ports = ports,
            Ssh = ssh?.Line,
            SshTo = ssh,
            Aliases = Aliases(container),
            Wildcard = ClaimReader.IsTrue(container.Labels.GetValueOrDefault(Labels.Wildcard)),
            Volumes = [.. container.Volumes.Select(Plain)],
            MemoryLimit = container.MemoryLimit,
            Explanation = Explain(container, explanation, lastLine) is { } reason ? Plain(reason) : null,
        };
    }

    /// <summary>Why nobody reaches it; null when all is as it should be.</summary>
    private static string? Explain(ContainerFacts container, string? explanation, string? lastLine)
    {
        if (container.Asleep is { } asleep)
            return asleep.Trouble is { } trouble ? $"It could not be woken: {trouble}" : null;
        if (container.Life == ContainerLife.Restarting)
            return Crashing(container.ExitCode, lastLine);
        return container.IsRunning && container.Lan.Addresses.IsEmpty ? explanation ?? container.Lan.Explanation ?? "The server has no address on the LAN." : null;
    }

    private static string Crashing(long exitCode, string? lastLine) =>
        $"Keeps crashing: exit code {exitCode}{(string.IsNullOrEmpty(lastLine) ? "" : $", last line: {lastLine}")}";

    /// <summary>Those a label names, else those the image declares.</summary>
    public static IReadOnlyList<ushort> Ports(ContainerFacts container)
    {
        var labelled = container.Labels.GetValueOrDefault(Labels.Ports, "")
            .Split([',', ' '], StringSplitOptions.RemoveEmptyEntries)
            .Select(p => ushort.TryParse(p, NumberStyles.None, CultureInfo.InvariantCulture, out var port) ? port : (ushort)0)
            .Where(p => p > 0);
        ushort[] named = [.. labelled.Distinct().Take(MostPorts)];
        return named.Length > 0 ? named : [.. container.Ports.Take(MostPorts)];
    }

    public static IReadOnlyList<string> Aliases(ContainerFacts container) =>
        [.. container.Labels.GetValueOrDefault(Labels.Aliases, "").Split([',', ' '], StringSplitOptions.RemoveEmptyEntries).Where(alias => NameRules.IsValid(alias.ToLowerInvariant()))];

    public static IPAddress? LanAddress(ContainerFacts container) =>
        container.Lan.Addresses.FirstOrDefault(a => a.AddressFamily == AddressFamily.InterNetwork) ?? container.Lan.Addresses.FirstOrDefault();

    private static string Plain(string text) => PlainText.From(text, LongestText);

    private static string? Url(ushort port, string fullName) => (port, BrowserPorts.Contains(port)) switch
    {
        _ when SshTarget.Create(null, fullName) is null => null,
        (80, _) => $"http://{fullName}/",
        (443, _) => $"https://{fullName}/",
        (_, true) => string.Create(CultureInfo.InvariantCulture, $"{(TlsPorts.Contains(port) ? "https" : "http")}://{fullName}:{port}/"),
        _ => null,
    };
}
