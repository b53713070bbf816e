using HomeCloud.Registry;

namespace HomeCloud.Bench.Registry;

/// <summary>One change of one name.</summary>
/// <param name="Record">The name afterwards.</param>
/// <param name="Command">What Redis is sent.</param>
internal sealed record ScaleChange(NameRecord Record, byte[] Command);
