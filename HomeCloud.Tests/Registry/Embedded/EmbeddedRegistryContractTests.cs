using HomeCloud.Registry;
using HomeCloud.Registry.Embedded;
using Microsoft.Extensions.Logging.Abstractions;

namespace HomeCloud.Tests.Registry.Embedded;

public sealed class EmbeddedRegistryContractTests : RegistryContract, IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    protected override Task<IRegistry> OpenAsync() => Task.FromResult<IRegistry>(
        new EmbeddedRegistry(new RegistryOptions { DataDirectory = _directory.Path }, NullLogger<EmbeddedRegistry>.Instance));
}
