using System.Net;

namespace HomeCloud.Agent.Servers.Addresses;

/// <summary>What a name keeps while its container comes and goes.</summary>
/// <param name="Address">IPv4 address; null until one was given.</param>
/// <param name="Mac">Link-layer address, <c>02:…</c> (locally administered).</param>
/// <param name="Storage">Prefix of its volumes' names. It stays when the server is renamed, so that the data stays too.</param>
/// <param name="LastUsed">When a container last had it, in UTC.</param>
/// <param name="Container">Id of the container that has it, or had it last; null until there was one. The reservation follows it, whoever renames it.</param>
public sealed record Reservation(IPAddress? Address, string Mac, string Storage, DateTimeOffset LastUsed, string? Container = null);
