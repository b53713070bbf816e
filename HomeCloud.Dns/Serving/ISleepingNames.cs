using HomeCloud.Dns.Serving.Access;
using HomeCloud.Net.Wire;

namespace HomeCloud.Dns.Serving;

/// <summary>Wakes the servers of names that sleep.</summary>
public interface ISleepingNames
{
    /// <summary>Passes on that a device asks for a name. Never blocks.</summary>
    /// <param name="node">Name of the node, relative to its zone.</param>
    /// <param name="client">The device.</param>
    /// <param name="type">What it asks for.</param>
    /// <returns>Ends when the server is there (null), or with why it is not; null when the name wakes nobody.</returns>
    Task<string?>? Call(ReadOnlySpan<byte> node, ClientAddress client, RecordType type);
}
