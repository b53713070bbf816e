using System.Collections;
using System.Text.Json;
using HomeCloud.Agent.Backup;
using HomeCloud.Agent.Servers.Records;
using HomeCloud.Commands;
using HomeCloud.Net.Options;

namespace HomeCloud.Agent.Hosting;

/// <summary>Reads the agent's options: command line before environment before file, as the DNS server does it.</summary>
internal sealed class AgentOptionReader
{
    public AgentOptions Options { get; } = new();

    public CommandLineLayer CommandLine { get; } = new(AgentOptions.Rows);

    /// <param name="commandLine">What was given there.</param>
    /// <param name="configuration">The JSON file; null: the one that HOMECLOUD_CONFIG names, if any.</param>
    /// <param name="variables">The environment.</param>
    /// <returns>What is wrong, one line each with the fix; empty when all is well.</returns>
    public IReadOnlyList<string> Read(OptionLayer commandLine, string? configuration, IDictionary variables)
    {
        Options.Docker.ApplyEnvironment(name => variables[name] as string);
        return OptionReader.ReadAll(AgentOptions.Rows, Options, Complete, commandLine, configuration, variables: variables);
    }

    /// <summary>Takes over what one section says for another, then validates them all. The DNS server's come first: others follow from them.</summary>
    private static IEnumerable<string> Complete(AgentOptions options)
    {
        if (options.Dns.Validate().ToList() is { Count: > 0 } problems)
            return problems;

        options.Naming.Zones.Clear();
        foreach (var zone in options.Dns.Zones.EffectiveNames.OrderByDescending(zone => zone.Length))
            options.Naming.Zones.Add(zone.TrimEnd('.').ToLowerInvariant());
        if (PutRight(options.Dns.Registry.DataDirectory) is { } halfRestored)
            return [halfRestored];
        try
        {
            if (options.Reconciler.AgentId.Length == 0)
                options.Reconciler.AgentId = AgentIdentity.Recall(options.Dns.Registry.DataDirectory);
        }
        catch (UnreadableFileException exception)
        {
            return [exception.Message];
        }

        WebComposition.Complete(options);
        return
        [
            .. options.Docker.Validate(), .. options.Naming.Validate(), .. options.Reconciler.Validate(), .. options.Web.Validate(),
            .. options.Servers.Validate(), .. options.Validate(),
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
