using System.Collections.Immutable;
using HomeCloud.Registry;

namespace HomeCloud.Dns.HostsFile;

/// <summary>What one hosts file says.</summary>
/// <param name="Records">A record for each name, all addresses together.</param>
/// <param name="Problems">Lines that were left out, each with file, line number and reason.</param>
public sealed record HostsFileContent(ImmutableArray<NameRecord> Records, ImmutableArray<string> Problems);
