using HomeCloud.Lab;
using HomeCloud.Lab.Setting;

namespace HomeCloud.Tests.Lab;

/// <summary>One lab for all scenarios of a collection; each scenario removes the containers it made.</summary>
public abstract class LabFixture : IAsyncLifetime
{
    private static readonly TimeSpan StartLimit = TimeSpan.FromMinutes(15);
    private readonly LabOptions _options;
    private HomeLab? _lab;

    protected LabFixture(LabOptions options) => _options = options;

    public HomeLab Lab => _lab ?? throw new InvalidOperationException("The lab is not up.");

    public async Task InitializeAsync()
    {
        using var limit = new CancellationTokenSource(StartLimit);
        _lab = await HomeLab.StartAsync(_options, SilentProgress.Instance, limit.Token);
    }

    public async Task DisposeAsync()
    {
        if (_lab is not null)
            await _lab.DisposeAsync();
    }
}
