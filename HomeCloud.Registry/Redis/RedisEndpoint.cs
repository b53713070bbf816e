namespace HomeCloud.Registry.Redis;

/// <summary>One of the servers in <see cref="RegistryOptions.Redis"/>.</summary>
internal readonly record struct RedisEndpoint(string Host, int Port)
{
    public override string ToString() => Host.Contains(':', StringComparison.Ordinal) ? $"[{Host}]:{Port}" : $"{Host}:{Port}";
}
