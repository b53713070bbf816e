using HomeCloud.Registry;
using HomeCloud.Registry.Redis;
using Microsoft.Extensions.Logging.Abstractions;

namespace HomeCloud.Tests.Registry.Redis;

[Trait("Category", "Slow")]
public class RedisRegistryContractTests : RegistryContract, IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private RedisServer _redis = null!;

    public override async Task InitializeAsync()
    {
        _redis = await StartRedisAsync();
        await base.InitializeAsync();
    }

    public override async Task DisposeAsync()
    {
        await base.DisposeAsync();
        await _redis.DisposeAsync();
    }

    public void Dispose()
    {
        _directory.Dispose();
        GC.SuppressFinalize(this);
    }

    private protected virtual Task<RedisServer> StartRedisAsync() => RedisServer.StartAsync();

    protected override Task<IRegistry> OpenAsync() => Task.FromResult<IRegistry>(new RedisRegistry(
        new RegistryOptions { DataDirectory = _directory.Path, Redis = _redis.Address, RedisPollInterval = TimeSpan.FromMilliseconds(100), RedisTimeout = TimeSpan.FromSeconds(10) },
        NullLogger<RedisRegistry>.Instance));
}
