using HomeCloud.Dns.Blocking;
using HomeCloud.Dns.Forwarding;
using HomeCloud.Dns.Serving;
using HomeCloud.Net.Wire;

namespace HomeCloud.Dns.Hosting.Control;

/// <summary>Answers what <c>block ls|test|update</c> asks over the control socket.</summary>
internal sealed class BlockDesk(BlockKeeper keeper, BlockedNames names, IHomeNames home, QueryPipeline pipeline)
{
    public async Task AnswerAsync(ControlRequest request, StringWriter answer, CancellationToken cancellation)
    {
        switch (request.Verb)
        {
            case ControlRequest.BlockTest when home.StayHome(request.Name!) || pipeline.HasOwnName(request.Name):
                await answer.WriteLineAsync($"{DnsName.ToText(request.Name!)} is not blocked: it is a name of the home, and those always win");
                break;
            case ControlRequest.BlockTest:
                BlockReport.WriteTest(answer, keeper, names.Rules, request.Name!);
                break;
            case ControlRequest.BlockUpdate:
                var lines = await keeper.UpdateNowAsync(request.List, cancellation);
                if (lines.Count == 0)
                    await answer.WriteLineAsync(request.List is null ? "no block list is in use" : $"no block list is called {request.List}");
                foreach (var line in lines)
                    await answer.WriteLineAsync(line);
                break;
            default:
                BlockReport.WriteLists(answer, keeper);
                break;
        }
    }
}
