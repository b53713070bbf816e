using System.Collections;
using System.Text.Json;
using HomeCloud.Agent.Backup;
using HomeCloud.Agent.Servers;
using HomeCloud.Agent.Servers.Records;
using HomeCloud.Agent.Web;
using HomeCloud.Dns.Hosting.Options;

namespace HomeCloud.Agent.Hosting;

/// <summary>Reads the agent's options: command line before environment before file, as the DNS server does it.</summary>
internal sealed class AgentOptionReader
{
    public AgentOptionReader()
    {
        Table = [.. AgentOptionRows.For(Options), .. WebOptionRows.For(Options.Web, Options.Servers, Options.PeerDns), .. OptionTable.All];
        CommandLine = new CommandLineLayer(Table);
    }

    public IReadOnlyList<DnsOption> Table { get; }

    public AgentOptions Options { get; } = new();

    public CommandLineLayer CommandLine { get; }

    /// <param name="commandLine">What was given there.</param>
    /// <param name="configuration">The JSON file; null: the one that HOMECLOUD_CONFIG names, if any.</param>
    /// <param name="variables">The environment.</param>
    /// <returns>What is wrong, one line each with the fix; empty when all is well.</returns>
    public IReadOnlyList<string> Read(OptionLayer commandLine, string? configuration, IDictionary variables)
    {
        Options.Docker.ApplyEnvironment(name => variables[name] as string);
        var problems = OptionReader.ReadAll(Table, Options.Dns, commandLine, configuration, variables: variables);
        if (problems.Count > 0)
            return problems;

        Options.Naming.Zones.Clear();
        foreach (var zone in Options.Dns.Zones.EffectiveNames.OrderByDescending(zone => zone.Length))
            Options.Naming.Zones.Add(zone.TrimEnd('.').ToLowerInvariant());
        if (PutRight(Options.Dns.Registry.DataDirectory) is { } halfRestored)
            return [halfRestored];
        try
        {
            if (Options.Reconciler.AgentId.Length == 0)
                Options.Reconciler.AgentId = AgentIdentity.Recall(Options.Dns.Registry.DataDirectory);
        }
        catch (UnreadableFileException exception)
        {
            return [exception.Message];
        }

        WebComposition.Complete(Options);
        return
        [
            .. Options.Docker.Validate(), .. Options.Naming.Validate(), .. Options.Reconciler.Validate(),
            .. new WebOptionsValidator().Validate(null, Options.Web).Failures ?? [],
            .. new ServersOptionsValidator().Validate(null, Options.Servers).Failures ?? [],
        ];
    }

    /// <summary>Before anything in it is read: a restore that the power cut off may have left half of two homes there.</summary>
    private static string? PutRight(string directory)
    {
        try
        {
            DirectoryExchange.Recover(directory);
            return null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or JsonException)
        {
            return $"--data-dir {directory}: a restore was interrupted, and its leftovers cannot be repaired: {exception.Message}";
        }
    }
}
