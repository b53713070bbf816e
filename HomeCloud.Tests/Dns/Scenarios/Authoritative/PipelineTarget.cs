using System.Globalization;
using HomeCloud.Dns.Serving;
using HomeCloud.Tests.Dns.Messages;

namespace HomeCloud.Tests.Dns.Scenarios.Authoritative;

/// <summary>The query pipeline without a socket.</summary>
internal sealed class PipelineTarget : IAnswerTarget
{
    private readonly PipelineHarness _harness;
    private readonly byte[] _buffer = new byte[65535];

    public PipelineTarget(AnswerScenario scenario)
    {
        var setup = new AnswerSetup(scenario, new PipelineHarness.ManualTime().Now);
        _harness = new PipelineHarness(setup.Configure, setup.Zones).With(setup.Records);
        foreach (var words in setup.Changes)
            Change(words);
    }

    public string UpstreamInUse => _harness.Forwarding.UpstreamInUse;

    public Task<(bool IsForwarded, byte[]? Response)> AskAsync(AnswerQuery query, bool expectSilence)
    {
        (_harness.Transport, _harness.Client, _harness.Local) = (query.Transport, query.Client, query.Local);
        var asked = _harness.Forwarding.Asked;
        var disposition = _harness.Handle(query.Octets, _buffer, out var length);
        return Task.FromResult((_harness.Forwarding.Asked > asked, disposition == Disposition.Dropped ? null : _buffer[..length]));
    }

    public void Change(string[] words)
    {
        switch (words[0])
        {
            case "rule":
                _harness.Forwarding.Rules.Add(words[1]);
                break;
            case "not-ready":
                _harness.Status.IsReady = false;
                break;
            case "ready":
                _harness.Status.IsReady = true;
                break;
            case "machine":
                _harness.Machine(AnswerSetup.Machine(words));
                break;
            case "wait":
                _harness.Now += long.Parse(words[1], CultureInfo.InvariantCulture);
                break;
            default:
                throw new FormatException($"'{string.Join(' ', words)}'?");
        }
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
