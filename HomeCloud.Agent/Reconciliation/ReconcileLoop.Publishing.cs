using HomeCloud.Agent.Naming;

namespace HomeCloud.Agent.Reconciliation;

/// <summary>Writing to the registry, one write at a time.</summary>
internal sealed partial class ReconcileLoop
{
    private void Publish(CancellationToken stopping)
    {
        if (!_dirty || _writing || !Compared.IsCompleted || (_writeAgain.At is not null && !_writeAgain.Ring()))
            return;
        var engine = new EngineFacts
        {
            AgentId = _options.AgentId,
            HostLabel = NameMaker.TryNormalizeLabel(_identity.HostName, out var host) ? host : _options.AgentId,
            HostAddresses = _hostAddresses,
            Networks = _networks,
        };
        _writing = true;
        _ = WriteAsync(_publisher.PublishAsync(Overlaid(_containers.Shown()), engine, _replace, _oldestTouch, stopping));
        (_dirty, _replace, _oldestTouch) = (false, false, null);
    }

    private async Task WriteAsync(Task<bool> writing)
    {
        var taken = false;
        try
        {
            taken = await writing;
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            AgentLog.Bug(_logger, exception, "writing to the registry");
        }
        finally
        {
            _signals.Writer.TryWrite(new Signal(SignalKind.Published, Content: taken));
        }
    }

    private void Published(bool taken)
    {
        _writing = false;
        if (taken)
        {
            _writeBackoff.Reset();
            return;
        }

        // It is unknown what was written: everything is put anew.
        (_dirty, _replace) = (true, true);
        _writeAgain.Set(_writeBackoff.Next());
    }
}
