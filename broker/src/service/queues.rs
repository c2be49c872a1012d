//! Requests that wait: one queue a user, served in turn, one request each (`spec/transport.md`, Fairness).

use std::collections::{HashMap, VecDeque};

use crate::limits;

/// A user's key.
pub type User = [u8; 32];

/// Something with a size.
pub trait Sized {
    /// Bytes.
    fn bytes(&self) -> usize;
}

/// The queues of all users.
pub struct Queues<T> {
    users: HashMap<User, (VecDeque<T>, usize)>,
    turns: VecDeque<User>,
    bytes: usize,
}

impl<T> Default for Queues<T> {
    fn default() -> Self {
        Self { users: HashMap::new(), turns: VecDeque::new(), bytes: 0 }
    }
}

impl<T: Sized> Queues<T> {
    /// Somebody asks. It is given back where the queue is full.
    ///
    /// # Errors
    /// The request.
    pub fn push(&mut self, user: User, request: T) -> Result<(), T> {
        let size = request.bytes();
        let waiting = self.users.get(&user);
        let (requests, bytes) = waiting.map_or((0, 0), |(queue, bytes)| (queue.len(), *bytes));
        let own = requests < limits::QUEUE_REQUESTS && bytes + size <= limits::QUEUE_BYTES;
        if !own || self.bytes + size > limits::QUEUES_BYTES {
            return Err(request);
        }
        let (queue, bytes) = self.users.entry(user).or_default();
        if queue.is_empty() {
            self.turns.push_back(user);
        }
        queue.push_back(request);
        *bytes += size;
        self.bytes += size;
        Ok(())
    }

    /// The next request: of the user whose turn it is.
    pub fn pop(&mut self) -> Option<(User, T)> {
        let user = self.turns.pop_front()?;
        let (queue, bytes) = self.users.get_mut(&user)?;
        let request = queue.pop_front()?;
        let size = request.bytes();
        *bytes = bytes.saturating_sub(size);
        self.bytes = self.bytes.saturating_sub(size);
        if queue.is_empty() {
            self.users.remove(&user);
        } else {
            self.turns.push_back(user);
        }
        Some((user, request))
    }

    /// How many wait.
    #[must_use]
    pub fn len(&self) -> usize {
        self.users.values().map(|(queue, _)| queue.len()).sum()
    }

    /// Whether nobody waits.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.turns.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    impl Sized for u32 {
        fn bytes(&self) -> usize {
            1_000
        }
    }

    #[test]
    fn each_user_has_its_turn_however_much_another_asks() {
        let mut queues = Queues::default();
        for request in 0..200 {
            queues.push([1; 32], request).unwrap();
        }
        queues.push([2; 32], 900).unwrap();
        queues.push([2; 32], 901).unwrap();
        let served: Vec<u32> = std::iter::from_fn(|| queues.pop()).map(|(_, n)| n).collect();
        assert_eq!(served[..5], [0, 900, 1, 901, 2]);
        assert_eq!(served.len(), 202);
        assert!(queues.is_empty() && queues.users.is_empty() && queues.bytes == 0);
    }

    #[test]
    fn a_full_queue_is_one_users_own_trouble() {
        let mut queues = Queues::default();
        let pushed = (0..1_000).filter(|n| queues.push([1; 32], *n).is_ok()).count();
        assert_eq!(pushed, limits::QUEUE_REQUESTS);
        assert!(queues.push([2; 32], 1).is_ok());
    }
}
