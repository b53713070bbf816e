using System.Net;
using HomeCloud.Net.Addresses;
using HomeCloud.Net.Options;
using static HomeCloud.Net.Options.OptionKinds<HomeCloud.Agent.NetworkSetup.NetworkRequest>;

namespace HomeCloud.Agent.NetworkSetup;

/// <summary>What a person wants of the network; everything left out is proposed.</summary>
public sealed class NetworkRequest
{
    public string Name { get; set; } = "lan";

    /// <summary>The interface to hang containers on.</summary>
    public string? Parent { get; set; }

    /// <summary>Addresses for containers.</summary>
    public IPNetwork? Range { get; set; }

    /// <summary>The DNS server's own address.</summary>
    public IPAddress? Dns { get; set; }

    /// <summary>File to write the other compose files' settings to.</summary>
    public string? EnvironmentFile { get; set; }

    /// <summary>Docker has the network already.</summary>
    public bool Exists { get; set; }

    /// <summary>Do not ask.</summary>
    public bool Yes { get; set; }

    /// <summary>Only say what would be done.</summary>
    public bool DryRun { get; set; }

    /// <summary>The outcome as JSON on standard output, the words on standard error.</summary>
    public bool Json { get; set; }

    public static OptionRow<NetworkRequest>[] Rows =>
    [
        Text("name", "NAME", "Name of the network in Docker. Default: lan.", (r, v) => r.Name = v),
        Text("parent", "IFACE", "The interface that leads to the LAN. Default: the best one.", (r, v) => r.Parent = v),
        One("range", "NETWORK/BITS", "The addresses for containers. Default: a part that is free and outside the router's DHCP pool.", (string text, out IPNetwork value) => ReadRange(text, out value), (r, v) => r.Range = v),
        One("dns", "ADDRESS", "The DNS server's own address. Default: a free one.", (string text, out IPAddress value) => OptionText.Address(text, out value), (r, v) => r.Dns = v),
        Text("env-file", "FILE", "Write the settings for compose to this file too.", (r, v) => r.EnvironmentFile = v),
        Flag("dry-run", "Only print what would be created.", r => r.DryRun = true),
        Flag("yes", "Do not ask.", r => r.Yes = true, 'y'),
        Flag("json", "Print what was proposed and created as JSON; messages go to standard error.", r => r.Json = true),
    ];

    private static string? ReadRange(string text, out IPNetwork value) =>
        AddressText.TryParseNetwork(text, out value) ? null : "is not a valid network (example: 192.168.1.64/27)";
}
