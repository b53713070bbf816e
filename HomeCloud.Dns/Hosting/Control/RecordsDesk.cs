using HomeCloud.Dns.Updating;
using HomeCloud.Net.Presentation;

namespace HomeCloud.Dns.Hosting.Control;

/// <summary>Answers what <c>records ls|rm</c> asks over the control socket.</summary>
internal static class RecordsDesk
{
    private const string Off = "no updates are taken: set --update-keys";

    /// <param name="desk">Null: no updates are taken.</param>
    /// <param name="request">What is asked.</param>
    /// <param name="answer">Receives the lines, the first one included.</param>
    public static void Answer(UpdateDesk? desk, ControlRequest request, StringWriter answer)
    {
        if (desk is null)
        {
            answer.WriteLine($"error: {Off}");
            return;
        }

        if (request.Verb == ControlRequest.RecordsRemove)
        {
            var count = desk.Forget(request.Name!, out var why);
            answer.WriteLine(why is null ? $"ok\n{count} RRsets removed" : $"error: {why}");
            return;
        }

        answer.WriteLine("ok");
        foreach (var (key, set) in desk.Records.Sets.OrderBy(pair => pair.Key.Name, StringComparer.Ordinal).ThenBy(pair => pair.Key.Type))
        {
            var type = RecordGrammar.TypeText(key.Type);
            if (set.Count == 0)
                answer.WriteLine($"{key.Name} {type} ; deleted");
            foreach (var record in set)
                answer.WriteLine($"{key.Name} {record.Ttl} {type} {RecordDataText.Format(key.Type, record.Data)}");
        }
    }
}
