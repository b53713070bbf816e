using System.Net;

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
}
