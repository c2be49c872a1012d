//! A conversation through brokers: lines out, lines in, and whoever carries them.

use std::collections::BTreeSet;
use std::time::Duration;

use mundi_engine::EntryId;
use mundi_node::conversation::Room;
use mundi_node::home::Home;
use mundi_node::network::notices::signed;
use mundi_node::network::{Exchange, ExchangeEnd, News, Online, Progress, Timing};
use mundi_node::store::ConversationNo;
use mundi_transport::link::{Link, LinkError};
use tokio::task::JoinHandle;
use tokio::time::Instant;

use super::keys::{Keys, Teller};
use super::news;
use crate::prompt::{Lasting, Next, PROMPT, Reply, Show, What};
use crate::stop::Stop;

/// Time until the next try to connect: doubled up to the most.
const AGAIN: Duration = Duration::from_secs(1);
const AGAIN_MOST: Duration = Duration::from_secs(30);
/// At the end, so long for what was said last to go out.
const LAST: Duration = Duration::from_secs(10);

/// How things stand with the broker.
enum Wire {
    /// A try is made.
    Dialling(JoinHandle<Result<Box<dyn Link>, LinkError>>),
    /// It is there.
    On(Box<Exchange>),
    /// Another try is made then.
    Off(Instant),
}

/// What happened first.
enum Event {
    Typed(Result<Reply, Stop>),
    Dialled(Result<Box<dyn Link>, LinkError>),
    Progress(Result<Vec<Progress>, ExchangeEnd>),
    Retry,
}

/// A conversation that is held live.
pub(crate) struct Talk<'a> {
    home: &'a mut Home,
    number: ConversationNo,
    /// What is followed while there is no link.
    online: Online,
    wire: Wire,
    again: Duration,
    avoid: Option<[u8; 32]>,
    shown: BTreeSet<EntryId>,
    show: &'a Show<'a>,
    keys: Keys,
}

impl<'a> Talk<'a> {
    pub(crate) fn new(home: &'a mut Home, room: Room, show: &'a Show<'a>, keys: Keys) -> Self {
        let number = room.row.number;
        let shown = room.replica.order().into_iter().collect();
        let mut online = Online::new();
        online.follow(room);
        let wire = Wire::Off(Instant::now());
        Self { home, number, online, wire, again: AGAIN, avoid: None, shown, show, keys }
    }

    /// Until the person leaves. Gives whether everything that was said was accepted.
    pub(crate) async fn run(mut self) -> Result<bool, Stop> {
        let mut accepted = true;
        let standing = self.text(&|t| t.standing());
        self.keys.tell(standing.trim_end())?;
        self.ask();
        loop {
            match self.event().await {
                Event::Typed(reply) => match reply? {
                    Reply::Out => break,
                    Reply::Away => self.ask(),
                    Reply::Line(line) => {
                        if self.say(&line, &mut accepted)? == Next::Leave {
                            break;
                        }
                        self.ask();
                    }
                },
                Event::Retry => self.dial(),
                Event::Dialled(link) => self.dialled(link).await?,
                Event::Progress(progress) => self.progress(progress)?,
            }
        }
        self.leave().await?;
        Ok(accepted)
    }

    fn ask(&mut self) {
        let online = self.online();
        let words = online.room(self.number).map(crate::prompt::words_of).unwrap_or_default();
        self.keys.ask(PROMPT, words);
    }

    fn online(&self) -> &Online {
        match &self.wire {
            Wire::On(exchange) => &exchange.online,
            _ => &self.online,
        }
    }

    fn text(&self, what: &What<'_>) -> String {
        let room = self.online().room(self.number);
        room.map(|room| (self.show)(self.home, room, what)).unwrap_or_default()
    }

    async fn event(&mut self) -> Event {
        match &mut self.wire {
            Wire::Off(until) => tokio::select! {
                typed = self.keys.next() => Event::Typed(typed),
                () = tokio::time::sleep_until(*until) => Event::Retry,
            },
            Wire::Dialling(dialling) => tokio::select! {
                typed = self.keys.next() => Event::Typed(typed),
                link = dialling => Event::Dialled(link.unwrap_or_else(|_| {
                    Err(LinkError::Offline("the try was given up".into()))
                })),
            },
            Wire::On(exchange) => tokio::select! {
                typed = self.keys.next() => Event::Typed(typed),
                progress = exchange.next(self.home) => Event::Progress(progress),
            },
        }
    }

    fn dial(&mut self) {
        self.wire = match self.home.dial(self.avoid) {
            Ok(dial) => Wire::Dialling(tokio::spawn(dial.connect())),
            Err(error) => {
                let _told = self.keys.tell(&format!("  off-line: {}", error.why()));
                self.later()
            }
        };
    }

    fn later(&mut self) -> Wire {
        let until = Instant::now() + self.again;
        self.again = (self.again * 2).min(AGAIN_MOST);
        Wire::Off(until)
    }

    async fn dialled(&mut self, link: Result<Box<dyn Link>, LinkError>) -> Result<(), Stop> {
        let online = std::mem::take(&mut self.online);
        let begun = match link {
            Ok(link) => {
                let standing = link.standing();
                Exchange::begin(self.home, link, online, Timing::default())
                    .await
                    .map(|exchange| (exchange, standing))
            }
            Err(error) => {
                self.online = online;
                self.wire = self.later();
                return self.keys.tell(&format!("  off-line: {}", error.why()));
            }
        };
        match begun {
            Ok((exchange, standing)) => {
                self.again = AGAIN;
                self.keys.tell(&format!("  {standing}"))?;
                for notice in exchange.info().map(signed).unwrap_or_default() {
                    let text = crate::show::plain(&notice.text);
                    self.keys.tell(&format!("  its operator: {text}"))?;
                }
                self.wire = Wire::On(Box::new(exchange));
                Ok(())
            }
            Err(ExchangeEnd::Home(error)) => Err(Stop::Environment(error.to_string())),
            Err(ExchangeEnd::Link(error)) => {
                // What was followed went with the link; the conversation is taken up again.
                self.follow_again()?;
                self.wire = self.later();
                self.keys.tell(&format!("  off-line: {}", error.why()))
            }
        }
    }

    fn follow_again(&mut self) -> Result<(), Stop> {
        let failed = |e: mundi_node::home::HomeError| Stop::Environment(e.to_string());
        let row = self.home.store().conversation(self.number).map_err(|e| failed(e.into()))?;
        if let Some(row) = row {
            let room = self.home.room(&row).map_err(failed)?;
            self.online.follow(room);
        }
        Ok(())
    }

    fn progress(&mut self, progress: Result<Vec<Progress>, ExchangeEnd>) -> Result<(), Stop> {
        match progress {
            Ok(progress) => {
                let now = mundi_node::clock::now();
                self.tell(&progress)?;
                let lacks = matches!(&self.wire, Wire::On(exchange) if exchange.online.lacks(now));
                if lacks {
                    self.give_up("something is missing that this broker does not give")?;
                }
                Ok(())
            }
            Err(ExchangeEnd::Home(error)) => Err(Stop::Environment(error.to_string())),
            Err(ExchangeEnd::Link(error)) => self.give_up(&error.why()),
        }
    }

    /// Leaves a broker, for another one if there is one.
    fn give_up(&mut self, why: &str) -> Result<(), Stop> {
        let later = self.later();
        if let Wire::On(exchange) = std::mem::replace(&mut self.wire, later) {
            self.avoid = exchange.info().map(|info| *info.key);
            self.online = exchange.into_online();
        }
        self.keys.tell(&format!("  off-line: {why}"))
    }

    /// Tells what has come: of this conversation line for line, of others in short.
    fn tell(&mut self, progress: &[Progress]) -> Result<(), Stop> {
        for one in progress {
            let own = matches!(one, Progress::News(News::Entries(number, _)) | Progress::Sealed(number, _) if *number == self.number);
            if own || matches!(one, Progress::Sent(_) | Progress::Kept(_)) {
                continue;
            }
            if let Some(line) = news::line(self.home, one) {
                self.keys.tell(&format!("  {line}"))?;
            }
        }
        self.tell_new()
    }

    fn tell_new(&mut self) -> Result<(), Stop> {
        let Some(room) = self.online().room(self.number) else { return Ok(()) };
        let order = room.replica.order();
        let new: Vec<EntryId> = order.into_iter().filter(|id| !self.shown.contains(id)).collect();
        if new.is_empty() {
            return Ok(());
        }
        let text = self.text(&|t| {
            let lines: String = new.iter().map(|id| t.line(id)).collect();
            format!("{lines}{}", t.standing())
        });
        self.shown.extend(new);
        self.keys.tell(text.trim_end())?;
        let online = match &mut self.wire {
            Wire::On(exchange) => &mut exchange.online,
            _ => &mut self.online,
        };
        let Some(room) = online.room_mut(self.number) else { return Ok(()) };
        self.home
            .shown(room, mundi_node::clock::now())
            .map_err(|e| Stop::Environment(e.to_string()))
    }

    fn say(&mut self, line: &str, accepted: &mut bool) -> Result<Next, Stop> {
        let online = match &mut self.wire {
            Wire::On(exchange) => &mut exchange.online,
            _ => &mut self.online,
        };
        let Some(room) = online.room_mut(self.number) else { return Ok(Next::Leave) };
        let mut lasting = Lasting { home: self.home, room, asks: false, show: self.show };
        let next = lasting.line(line, accepted, &mut Teller(&mut self.keys))?;
        let order = room.replica.order();
        self.shown.extend(order);
        Ok(next)
    }

    /// What was said last goes out, if it can.
    async fn leave(&mut self) -> Result<(), Stop> {
        let Wire::On(exchange) = &mut self.wire else { return self.still_waits() };
        let sent = tokio::time::timeout(LAST, exchange.catch_up(self.home)).await;
        if let Ok(Ok(progress)) = sent {
            self.tell(&progress)?;
        }
        self.still_waits()
    }

    fn still_waits(&mut self) -> Result<(), Stop> {
        let waiting = self.home.unsent().unwrap_or(0);
        if waiting > 0 {
            self.keys.tell(&format!("  {waiting} wait to be sent: `mundi sync` does that"))?;
        }
        Ok(())
    }
}
