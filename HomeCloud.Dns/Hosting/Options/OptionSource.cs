namespace HomeCloud.Dns.Hosting.Options;

/// <summary>Reads all options anew, from where they were read at the start.</summary>
/// <param name="Read">The options, and what is wrong with them, one line each; then the options are not to be used.</param>
public sealed record OptionSource(Func<(DnsServerOptions Options, IReadOnlyList<string> Problems)> Read);
