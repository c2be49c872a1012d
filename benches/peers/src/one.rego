package one

default guard := false

guard if {
	input.state.orders < data.terms.most
	input.msg.quantity > 0
}

handler := {
	"total": data.terms.price * input.msg.quantity,
	"orders": input.state.orders + 1,
}

default consensus := false

consensus if {
	input.state.orders > 0
	input.said.close
}
